import { noCounts } from '../../cache/counts.ts';
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
  const hits = nearHits + farHits;
  const requests = hits + misses;
  return {
    ...noCounts(),
    ...parts.far,
    ...(parts.near?.size !== undefined && { size: parts.near.size }),
    ...(parts.near?.maxSize !== undefined && { maxSize: parts.near.maxSize }),
    evictions: parts.near?.evictions ?? 0,
    expirations: parts.near?.expirations ?? 0,
    type: 'tiered',
    requests,
    hits,
    misses,
    hitRate: requests === 0 ? 0 : hits / requests,
    parts: parts as Readonly<Record<string, CacheStats>>, // what is undefined is not there
  };
}
