import type { Lease } from '../../contract/capabilities.ts';

/**
 * Leases of this process, for loads while the primary is away: broken by any change of their key, worth nothing once the
 * primary is back. The flight table of the process sees to it that there is one load of a key at a time.
 */
export class LocalLeases {
  readonly #held = new Map<string, Lease>();
  readonly #granted = new WeakSet<Lease>();

  grant(key: string): Lease {
    const lease: Lease = { key, token: 'local' };
    this.#granted.add(lease);
    this.#held.set(key, lease);
    return lease;
  }

  /** Whether it was granted here, whatever became of it. */
  has(lease: Lease): boolean {
    return this.#granted.has(lease);
  }

  holds(lease: Lease): boolean {
    return this.#held.get(lease.key) === lease;
  }

  break(keys: Iterable<string>): void {
    for (const key of keys) this.#held.delete(key);
  }

  breakAll(): void {
    this.#held.clear();
  }
}
