import { noCounts, statsOf } from '../../cache/counts.ts';
import { andThen } from '../../contract/awaitable.ts';
import type { Awaitable } from '../../contract/backend.ts';
import { type CacheStats, type Health, isChecking, isReporting } from '../../contract/capabilities.ts';
import type { Side } from './side.ts';

/** The counts of the primary, and those of each side that keeps some. */
export function failoverStats(primary: object, fallback: object): CacheStats {
  const of = (backend: object): CacheStats | undefined => (isReporting(backend) ? backend.stats() : undefined);
  const [first, second] = [of(primary), of(fallback)];
  return {
    ...statsOf(noCounts(), undefined),
    ...first,
    type: 'failover',
    parts: { ...(first && { primary: first }), ...(second && { fallback: second }) },
  };
}

/** `up` while both sides are and the primary is asked; `down` when neither serves. */
export function failoverHealth<W>(primary: Side<W>, fallback: Side<W>): Awaitable<Health> {
  const of = ({ backend, closed, error }: Side<W>): Awaitable<Health> =>
    isChecking(backend)
      ? backend.health()
      : { status: closed ? 'up' : 'down', details: { ...(!closed && { error: error?.message }) } };
  return andThen(of(primary), (first) =>
    andThen(of(fallback), (second) => {
      const well = primary.closed && first.status === 'up' && second.status === 'up';
      return {
        status: well ? 'up' : first.status === 'down' && second.status === 'down' ? 'down' : 'degraded',
        details: { circuit: primary.breaker.circuit, journal: primary.journal.size, primary: first, fallback: second },
      };
    }),
  );
}
