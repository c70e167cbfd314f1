import type { Backend } from '../contract/backend.ts';
import type { CacheResult } from '../contract/result.ts';

/**
 * Lets callers of one synchronous stretch share a read, so that fifty callers of a cold key send one command. Nobody
 * joins a read once the stretch is over, or once this process has begun a change: it has been sent, and may return what
 * was there before something the later caller has already seen.
 */
export class SharedReads<T> {
  readonly #reads = new Map<string, Promise<CacheResult<T>>>();
  readonly #end = (): void => this.#reads.clear();
  #changes = 0;

  /** Reads `key`, or joins who did so a moment ago. `changes`: how many changes this process has begun. */
  read(backend: Backend<T>, key: string, changes: number): Promise<CacheResult<T>> {
    if (changes !== this.#changes) {
      this.#changes = changes;
      this.#reads.clear();
    }
    const shared = this.#reads.get(key);
    if (shared !== undefined) return shared;
    const found = Promise.resolve(backend.get(key));
    if (this.#reads.size === 0) queueMicrotask(this.#end);
    this.#reads.set(key, found);
    return found;
  }
}
