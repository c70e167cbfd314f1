import { andThen } from '../../contract/awaitable.ts';
import type { Awaitable, Entry } from '../../contract/backend.ts';
import type { Acquired, Leasing } from '../../contract/capabilities.ts';
import type { Routes } from './routes.ts';
import { Failed } from './side.ts';

/** The leases of the primary; while it is away, those of this process, under which only the fallback is written. */
export function leasing<W>(
  { primary, leases, order }: Routes<W>,
  granting: Leasing<W>,
  getEntry: (key: string) => Awaitable<Entry<W> | undefined>,
): Leasing<W> {
  return {
    acquire(key, ttl, ifFreshFor = 0) {
      const local = (): Awaitable<Acquired<W>> =>
        andThen(getEntry(key), (entry) => {
          const freshFor = entry === undefined ? 0 : (entry.freshFor ?? Number.POSITIVE_INFINITY);
          return freshFor > ifFreshFor ? { entry } : { lease: leases.grant(key), entry };
        });
      const ready = primary.trusts(key) || order.run([key], () => primary.ready([key]));
      return andThen(ready, (asked) =>
        asked
          ? andThen(
              primary.ask('acquire', [key], () => granting.acquire(key, ttl, ifFreshFor)),
              (got) => (got instanceof Failed ? local() : got),
            )
          : local(),
      );
    },
    renew(lease, ttl) {
      if (leases.has(lease)) return leases.holds(lease);
      return (
        primary.closed &&
        andThen(
          primary.ask('renew', [lease.key], () => granting.renew(lease, ttl)),
          (renewed) => renewed === true,
        )
      );
    },
    release(lease) {
      if (leases.holds(lease)) leases.break([lease.key]);
      // One that cannot be given back runs out.
      if (leases.has(lease) || !primary.closed) return;
      return andThen(
        primary.ask('release', [lease.key], () => granting.release(lease)),
        () => {},
      );
    },
    settled: (key, gone) => granting.settled(key, gone),
  };
}
