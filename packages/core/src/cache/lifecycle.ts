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
  /** Enabled and not closed itself. On the hottest path of all: one field, and `serving` is small enough for V8 to inline always. */
  private served: boolean;

  constructor(enabled: boolean, parent?: Lifecycle) {
    this.enabled = enabled;
    this.served = enabled;
    this.parent = parent;
  }

  get serving(): boolean {
    return this.served && (this.parent === undefined || this.parent.serving);
  }

  /** Switches this cache and its namespaces. */
  switch(enabled: boolean): void {
    demand('enabled', aBoolean, enabled);
    this.enabled = enabled;
    this.served = enabled && !this.closed;
  }

  end(): void {
    this.closed = true;
    this.served = false;
  }

  /** @throws {CacheError} with code `CLOSED` */
  assertOpen(): void {
    if (this.closed)
      throw new CacheError('cache: expected an open one, got one that was closed; make a new one', { code: 'CLOSED' });
    this.parent?.assertOpen();
  }
}
