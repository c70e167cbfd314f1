import type { Awaitable } from '../contract/backend.ts';
import { type Flight, fence } from '../loads/flights.ts';

/**
 * Through which every change goes to the backend: loads that began before it may give their value to who waits for it,
 * and must not store it. Tags are not known before a load ends, so an invalidation of tags fences them all.
 */
export class Fences {
  readonly #flights: Map<string, Flight>;

  constructor(flights: Map<string, Flight>) {
    this.#flights = flights;
  }

  changeKey<R>(full: string, change: () => Awaitable<R>): Awaitable<R> {
    fence(this.#flights, full);
    return change();
  }

  changeKeys<R>(full: Iterable<string>, change: () => Awaitable<R>): Awaitable<R> {
    for (const key of full) fence(this.#flights, key);
    return change();
  }

  changePrefix<R>(prefix: string, change: () => Awaitable<R>): Awaitable<R> {
    for (const key of this.#flights.keys()) if (key.startsWith(prefix)) fence(this.#flights, key);
    return change();
  }

  changeTags<R>(_tags: readonly string[], change: () => Awaitable<R>): Awaitable<R> {
    for (const key of this.#flights.keys()) fence(this.#flights, key);
    return change();
  }
}
