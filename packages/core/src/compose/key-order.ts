import { isPending } from '../contract/awaitable.ts';
import type { Awaitable } from '../contract/backend.ts';

/**
 * Keeps steps about the same key in the order they were asked for, when some of them have to wait. A step that answers
 * at once, while nothing waits, costs a look at an empty map.
 */
export class KeyOrder {
  readonly #last = new Map<string, Promise<void>>();
  #lastOfAll: Promise<void> | undefined;

  /** Runs `step` when the steps asked for earlier about one of `keys` (or about every key) are done, failed or not. */
  run<R>(keys: readonly string[], step: () => Awaitable<R>): Awaitable<R> {
    const earlier = this.#idle ? [] : [this.#lastOfAll, ...keys.map((key) => this.#last.get(key))];
    const answer = after(earlier, step);
    if (isPending(answer)) {
      const done = answer.then(nothing, nothing);
      for (const key of keys) this.#last.set(key, done);
      done.then(() => {
        for (const key of keys) if (this.#last.get(key) === done) this.#last.delete(key);
      });
    }
    return answer;
  }

  /** As {@link KeyOrder.run}, about every key there is. */
  runAlone<R>(step: () => Awaitable<R>): Awaitable<R> {
    const answer = after(this.#idle ? [] : [this.#lastOfAll, ...this.#last.values()], step);
    if (isPending(answer)) {
      const done = answer.then(nothing, nothing);
      this.#lastOfAll = done;
      done.then(() => {
        if (this.#lastOfAll === done) this.#lastOfAll = undefined;
      });
    }
    return answer;
  }

  get #idle(): boolean {
    return this.#last.size === 0 && this.#lastOfAll === undefined;
  }
}

function after<R>(earlier: readonly (Promise<void> | undefined)[], step: () => Awaitable<R>): Awaitable<R> {
  const waits = earlier.filter((one) => one !== undefined);
  return waits.length === 0 ? step() : Promise.all(waits).then(step);
}

function nothing(): void {}
