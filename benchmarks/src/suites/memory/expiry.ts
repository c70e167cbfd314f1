import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { memoryBackend } from '@cache/memory';
import { CacheableMemory } from '@cacheable/memory';
import { LRUCache } from 'lru-cache';
import NodeCache from 'node-cache';
import { measure, measured, versionOf } from '../../harness/index.ts';

const entries = 1_000_000;

/** A store that removes what expired without being asked for it. */
interface Expiring {
  set(key: string, ttl: number): unknown;
  size(): number;
}

interface Observed {
  /** The longest turn of the event loop while entries expired, less the longest while nothing did. */
  readonly pause: number;
  /** The most entries held past their time, per cent of all. */
  readonly dead: number;
  /** From the last deadline until nothing was held. */
  readonly drained: number;
}

/** A million entries whose deadlines are spread over `spreadMs`, or the same for all. Nobody reads them. */
async function observe(store: Expiring, spreadMs: number, fillMs: number): Promise<Observed> {
  const idle = await longestTurn(() => sleep(2_000));
  const began = performance.now();
  const first = began + fillMs;
  const deadlines = new Float64Array(entries);
  for (let n = 0; n < entries; n++) {
    if (n % 2_000 === 0) await turn();
    const deadline = first + (((n * 7_919) % entries) / entries) * spreadMs;
    deadlines[n] = deadline;
    store.set(`user:${n * 7 + 10000}`, deadline - performance.now());
  }
  if (performance.now() > first - 500) throw new Error('expiry: the fill took too long to measure what follows');
  globalThis.gc?.();
  deadlines.sort();
  await sleep(first - 300 - performance.now());
  let dead = 0;
  let drained = Number.POSITIVE_INFINITY;
  const longest = await longestTurn(async () => {
    while (performance.now() < first + spreadMs + 3_000) {
      await sleep(20);
      const now = performance.now();
      const due = countUpTo(deadlines, now);
      const held = store.size();
      dead = Math.max(dead, held - (entries - due));
      // Not longer: a process that has nothing to do any more has its heap compacted by V8, in turns of 9 to 19 ms.
      if (held === 0 && due === entries) {
        drained = now - (first + spreadMs);
        break;
      }
    }
  });
  return { pause: longest - idle, dead: (100 * dead) / entries, drained };
}

async function longestTurn(during: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await during();
  delay.disable();
  return delay.max / 1e6;
}

function countUpTo(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

const made: {
  readonly name: string;
  readonly version: string;
  readonly make: () => Expiring;
  /** How long filling may take. @default 7_000 */
  readonly fillMs?: number;
}[] = [
  {
    name: '@cache/memory',
    version: versionOf('@cache/memory'),
    make() {
      const backend = memoryBackend<number>({ max: entries });
      return {
        set: (key, ttl) => backend.set(key, 1, { ttl }),
        // what is held, without the sweep that stats() makes
        size: () => (backend as unknown as { entries: { slots: { live: number } } }).entries.slots.live,
      };
    },
  },
  {
    name: 'lru-cache with ttlAutopurge',
    version: versionOf('lru-cache'),
    make() {
      const cache = new LRUCache<string, number>({ max: entries, ttl: 1, ttlAutopurge: true });
      return { set: (key, ttl) => cache.set(key, 1, { ttl: Math.ceil(ttl) }), size: () => cache.size };
    },
  },
  {
    name: 'node-cache, checkperiod 1 s',
    version: versionOf('node-cache'),
    make() {
      const cache = new NodeCache({ useClones: false, checkperiod: 1 });
      return { set: (key, ttl) => cache.set(key, 1, ttl / 1000), size: () => cache.getStats().keys };
    },
  },
  {
    name: '@cacheable/memory, checkInterval 1 s',
    version: versionOf('@cacheable/memory'),
    fillMs: 20_000,
    make() {
      const cache = new CacheableMemory({ useClone: false, checkInterval: 1_000 });
      return { set: (key, ttl) => cache.set(key, 1, Math.ceil(ttl)), size: () => cache.size };
    },
  },
];

/** Peers take part where pauses are compared; a bound is ours alone to keep, and every value takes a quarter of a minute. */
const contestants = (spreadMs: number, what: keyof Observed, among = made) =>
  among.map(({ name, version, make, fillMs = 7_000 }) =>
    measured({ name, version, value: async () => (await observe(make(), spreadMs, fillMs))[what] }),
  );

export const spreadPause = measure({
  title: '1,000,000 entries expire over 5 s: the longest turn of the event loop above that of an idle one',
  unit: 'ms',
  better: 'lower',
  fresh: true,
  rounds: 2,
  contestants: contestants(5_000, 'pause'),
  asks: [{ atMost: 8 }],
});

export const spreadDead = measure({
  title: '1,000,000 entries expire over 5 s: the most held past their time',
  unit: '% of the entries',
  better: 'lower',
  fresh: true,
  rounds: 2,
  contestants: contestants(5_000, 'dead', made.slice(0, 1)),
  asks: [{ atMost: 0.5 }],
});

export const burstPause = measure({
  title: '1,000,000 entries expire at one instant: the longest turn of the event loop above that of an idle one',
  unit: 'ms',
  better: 'lower',
  fresh: true,
  rounds: 2,
  contestants: contestants(0, 'pause', made.slice(0, 1)),
  asks: [{ atMost: 8 }],
});

export const burstDrained = measure({
  title: '1,000,000 entries expire at one instant: until none is held',
  unit: 'ms',
  better: 'lower',
  fresh: true,
  rounds: 2,
  contestants: contestants(0, 'drained', made.slice(0, 1)),
  asks: [{ atMost: 800 }],
});
