import { memoryBackend } from '@cache/memory';
import QuickLRU from 'quick-lru';
import { lruHits, optimumHits } from './references.ts';
import type { Trace } from './traces.ts';

/** Shares of a trace's distinct keys that a store holds. */
export const shares = [0.01, 0.05, 0.1, 0.25] as const;

export interface Case {
  readonly trace: Trace;
  readonly share: number;
  /** Accesses from here on count. */
  readonly from?: number;
}

export type Policy = 'ours' | 'lru' | 'optimum' | 'quick-lru';

/** Hits per hundred accesses. */
export function hitRatio(policy: Policy, { trace, share, from = 0 }: Case): number {
  const capacity = Math.max(1, Math.round(trace.distinct * share));
  return (100 * hitsOf(policy, trace.accesses, capacity, from)) / (trace.accesses.length - from);
}

/** Where LRU is 0 and the optimum is 1; undefined where they are the same. */
export function shareOfGap(one: Case): number | undefined {
  const lru = hitRatio('lru', one);
  const optimum = hitRatio('optimum', one);
  return optimum - lru < 1 ? undefined : (hitRatio('ours', one) - lru) / (optimum - lru);
}

/** Percentage points over LRU. */
export function overLru(one: Case): number {
  return hitRatio('ours', one) - hitRatio('lru', one);
}

export function mean(values: readonly (number | undefined)[]): number {
  const known = values.filter((value) => value !== undefined);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

function hitsOf(policy: Policy, accesses: Uint32Array, capacity: number, from: number): number {
  if (policy === 'lru') return lruHits(accesses, capacity, from);
  if (policy === 'optimum') return optimumHits(accesses, capacity, from);
  const store =
    policy === 'ours' ? memoryBackend<number>({ max: capacity }) : new QuickLRU<string, number>({ maxSize: capacity });
  let hits = 0;
  for (const [i, id] of accesses.entries()) {
    const key = `key:${id}`;
    const found = store.get(key);
    // a miss of our backend is an object that says so
    const hit = policy === 'ours' ? (found as { hit: boolean }).hit : found !== undefined;
    if (!hit) store.set(key, id);
    else if (i >= from) hits++;
  }
  return hits;
}
