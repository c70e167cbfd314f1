import type { CacheStats } from '@cache/core';

/** What the backend did since it was made. */
export interface Counts {
  hits: number;
  misses: number;
  writes: number;
  deletes: number;
  clears: number;
  tagInvalidations: number;
}

export function newCounts(): Counts {
  return { hits: 0, misses: 0, writes: 0, deletes: 0, clears: 0, tagInvalidations: 0 };
}

/** A server evicts and expires by itself, and loads are the cache's: those counts are 0 here. */
export function statsOf(counts: Counts): CacheStats {
  const requests = counts.hits + counts.misses;
  return {
    type: 'redis',
    requests,
    hitRate: requests === 0 ? 0 : counts.hits / requests,
    ...counts,
    evictions: 0,
    expirations: 0,
    loads: 0,
    loadErrors: 0,
    stampedeWaits: 0,
  };
}
