import type { Awaitable } from '../contract/backend.ts';
import { CacheError } from '../contract/errors.ts';
import { aBoolean, demand } from './option-checks.ts';

/** Whether a cache serves: it and the caches it is a namespace of are enabled, and none of them was closed. */
export class Lifecycle {
  enabled: boolean;
  closed = false;
  readonly parent: Lifecycle | undefined;
  /** What the first `close()` answered: every later one answers the same. */
  closing: Awaitable<void> | undefined;

  constructor(enabled: boolean, parent?: Lifecycle) {
    this.enabled = enabled;
    this.parent = parent;
  }

  /** Open and enabled. On the hottest path of all: a cache that is no namespace looks at no other. */
  get serving(): boolean {
    return this.enabled && !this.closed && (this.parent === undefined || this.#parentServes());
  }

  #parentServes(): boolean {
    return this.parent?.serving === true;
  }

  /** Switches this cache and its namespaces. */
  switch(enabled: boolean): void {
    demand('enabled', aBoolean, enabled);
    this.enabled = enabled;
  }

  /** @throws {CacheError} with code `CLOSED` */
  assertOpen(): void {
    if (this.closed)
      throw new CacheError('cache: expected an open one, got one that was closed; make a new one', { code: 'CLOSED' });
    this.parent?.assertOpen();
  }
}
