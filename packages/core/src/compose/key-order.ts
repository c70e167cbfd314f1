import { isPending } from '../contract/awaitable.ts';
import type { Awaitable } from '../contract/backend.ts';

/** Stands for every key there is. */
const every = Symbol('every key');

type Name = string | typeof every;

/**
 * Keeps steps about the same key in the order they were asked for, when some of them have to wait. A step that answers
 * at once, while nothing waits, costs a look at an empty map.
 */
export class KeyOrder {
  readonly #last = new Map<Name, Promise<void>>();

  /** Runs `step` when the steps asked for earlier about one of `keys` (or about every key) are done, failed or not. */
  run<R>(keys: readonly string[], step: () => Awaitable<R>): Awaitable<R> {
    const earlier = this.#last.size === 0 ? [] : [every, ...keys].map((name) => this.#last.get(name as Name));
    return this.#after(earlier, keys, step);
  }

  /** As {@link KeyOrder.run}, about every key there is. */
  runAlone<R>(step: () => Awaitable<R>): Awaitable<R> {
    return this.#after([...this.#last.values()], [every], step);
  }

  #after<R>(
    earlier: readonly (Promise<void> | undefined)[],
    names: readonly Name[],
    step: () => Awaitable<R>,
  ): Awaitable<R> {
    const waits = earlier.filter((one) => one !== undefined);
    const answer = waits.length === 0 ? step() : Promise.all(waits).then(step);
    if (isPending(answer)) {
      const done = answer.then(nothing, nothing);
      for (const name of names) this.#last.set(name, done);
      done.then(() => {
        for (const name of names) if (this.#last.get(name) === done) this.#last.delete(name);
      });
    }
    return answer;
  }
}

function nothing(): void {}
