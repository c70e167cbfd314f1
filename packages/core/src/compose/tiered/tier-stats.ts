import { noCounts, statsOf } from '../../cache/counts.ts';
import { type CacheStats, isReporting } from '../../contract/capabilities.ts';

/** What callers of both tiers saw: lookups by where they were answered, changes as far counts them, removals as near does. */
export function tierStats(
  near: object,
  far: object,
  { nearHits, farHits, misses }: { readonly nearHits: number; readonly farHits: number; readonly misses: number },
): CacheStats {
  const parts: { near?: CacheStats; far?: CacheStats } = {};
  if (isReporting(near)) parts.near = near.stats();
  if (isReporting(far)) parts.far = far.stats();
  const counts = { ...noCounts(), ...parts.far, hits: nearHits + farHits, misses };
  return {
    ...statsOf(counts, parts.near),
    type: 'tiered',
    parts: parts as Readonly<Record<string, CacheStats>>, // what is undefined is not there
  };
}
