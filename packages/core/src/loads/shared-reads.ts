import { isPending } from '../contract/awaitable.ts';
import type { Awaitable, Backend } from '../contract/backend.ts';
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

  /**
   * Reads `key`, or joins who did so a moment ago. `changes`: how many changes this process has begun. What is answered at
   * once, as a near tier does, costs nobody a promise.
   */
  read(backend: Backend<T>, key: string, changes: number): Awaitable<CacheResult<T>> {
    const shared = changes === this.#changes ? this.#reads.get(key) : undefined;
    if (shared !== undefined) return shared;
    const found = backend.get(key);
    if (isPending(found)) this.share(key, found, changes);
    return found;
  }

  /** Lets others join a read that has just been sent. */
  share(key: string, found: Promise<CacheResult<T>>, changes: number): void {
    if (changes !== this.#changes) this.#reads.clear();
    this.#changes = changes;
    if (this.#reads.size === 0) queueMicrotask(this.#end);
    this.#reads.set(key, found);
  }
}
