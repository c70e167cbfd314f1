import { type Flight, fence } from '../loads/flights.ts';

/**
 * What every change does before it reaches the backend: loads that began earlier may give their value to who waits for
 * it, and must not store it. Tags are not known before a load ends, so an invalidation of tags fences them all.
 */
export class Fences {
  readonly #flights: Map<string, Flight>;

  constructor(flights: Map<string, Flight>) {
    this.#flights = flights;
  }

  key(full: string): void {
    fence(this.#flights, full);
  }

  keys(full: Iterable<string>): void {
    for (const key of full) fence(this.#flights, key);
  }

  prefix(prefix: string): void {
    for (const key of this.#flights.keys()) if (key.startsWith(prefix)) fence(this.#flights, key);
  }

  tags(_tags: readonly string[]): void {
    for (const key of this.#flights.keys()) fence(this.#flights, key);
  }
}
