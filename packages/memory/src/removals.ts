import type { Removal as RemovalOfKey } from '@cache/core';

/** Why an entry left. */
export type RemovalReason = RemovalOfKey['reason'];

/** An entry that left the store, told after it did. */
export interface Removal<V> extends RemovalOfKey {
  readonly value: V;
}

/** Told of an entry that left. What it throws is reported as a warning of the process and changes nothing. */
export type RemovalListener<V> = (removal: Removal<V>) => void;

/**
 * Tells listeners what left, once the operation that removed it is complete, so that a listener may use the store. One that
 * throws disturbs neither the operation nor the others: it is reported as a warning, once until it works again.
 */
export class Removals<V> {
  readonly #listeners: { readonly call: RemovalListener<V>; failing: boolean }[] = [];
  #waiting: Removal<V>[] = [];
  #telling = false;
  /** Whether anybody listens. */
  active = false;

  add(call: RemovalListener<V>): () => void {
    const listener = { call, failing: false };
    this.#listeners.push(listener);
    this.active = true;
    return () => {
      const at = this.#listeners.indexOf(listener);
      if (at >= 0) this.#listeners.splice(at, 1);
      this.active = this.#listeners.length > 0;
    };
  }

  record(key: string, value: V, reason: RemovalReason): void {
    this.#waiting.push({ key, value, reason });
  }

  /** Tells what was recorded, in order, also what listeners cause meanwhile. */
  tell(): void {
    if (this.#telling || this.#waiting.length === 0) return;
    this.#telling = true;
    while (this.#waiting.length > 0) {
      const removals = this.#waiting;
      this.#waiting = [];
      for (const removal of removals) for (const listener of [...this.#listeners]) this.#call(listener, removal);
    }
    this.#telling = false;
  }

  #call(listener: { readonly call: RemovalListener<V>; failing: boolean }, removal: Removal<V>): void {
    try {
      listener.call(removal);
      listener.failing = false;
    } catch (error) {
      if (listener.failing) return;
      listener.failing = true;
      process.emitWarning(
        `memory: a listener to removals threw: ${error instanceof Error ? error.message : 'not an Error'}`,
      );
    }
  }
}
