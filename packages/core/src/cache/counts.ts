import type { CacheStats } from '../contract/capabilities.ts';

/** What one cache counts of its callers' operations. */
export interface Counts {
  hits: number;
  misses: number;
  writes: number;
  deletes: number;
  clears: number;
  tagInvalidations: number;
  loads: number;
  loadErrors: number;
  stampedeWaits: number;
}

export function noCounts(): Counts {
  return {
    hits: 0,
    misses: 0,
    writes: 0,
    deletes: 0,
    clears: 0,
    tagInvalidations: 0,
    loads: 0,
    loadErrors: 0,
    stampedeWaits: 0,
  };
}

/** `counts` as statistics, with what only the backend below can know. */
export function statsOf(counts: Counts, backend: CacheStats | undefined): CacheStats {
  const requests = counts.hits + counts.misses;
  return {
    ...counts,
    type: 'cache',
    ...(backend?.size === undefined ? {} : { size: backend.size }),
    ...(backend?.maxSize === undefined ? {} : { maxSize: backend.maxSize }),
    requests,
    hitRate: requests === 0 ? 0 : counts.hits / requests,
    evictions: backend?.evictions ?? 0,
    expirations: backend?.expirations ?? 0,
    ...(backend === undefined ? {} : { parts: { backend } }),
  };
}
