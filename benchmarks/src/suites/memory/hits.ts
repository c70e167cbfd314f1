import { type Contestant, measure, measured, type Scenario, versionOf } from '../../harness/index.ts';
import { type Case, hitRatio, mean, overLru, type Policy, shareOfGap, shares } from './workloads/hit-ratio.ts';
import { afterOtherWork, loops, zigzag } from './workloads/loops.ts';
import { zipfKeys } from './workloads/random.ts';
import { recorded, recordedTrace, traceOf } from './workloads/traces.ts';

const version = versionOf('@cache/memory');
const folder = process.env.CACHE_BENCH_TRACES;
const ofTraces = (): Case[] =>
  recorded.flatMap((name) => {
    const trace = recordedTrace(name, folder as string); // only used where there is a folder
    return shares.map((share) => ({ trace, share }));
  });
const ofLoops = (): Case[] => loops().flatMap((trace) => shares.map((share) => ({ trace, share })));
const warm = ({ trace, share }: Case): Case => ({ ...afterOtherWork(trace), share });
const one = (name: string, value: () => number): Contestant => measured({ name, version, value });
const least = (values: readonly number[]): number => Math.min(...values);

/** A number that the same trace always gives. */
const fixed = (title: string, unit: string, contestants: Contestant[], asks: Scenario['asks']): Scenario =>
  measure({
    title,
    unit,
    better: 'higher',
    rounds: 1,
    contestants,
    asks: asks.map((ask) => ({ ...ask, exact: true })),
  });

/** Ours, LRU (as lru-cache, mnemonist and most) and the optimum at each share of the keys of one workload. */
const curve = (title: string, cases: () => Case[]): Scenario =>
  fixed(
    title,
    '% hits',
    shares.flatMap((share) =>
      (['ours', 'quick-lru', 'lru', 'optimum'] as const).map((policy: Policy) =>
        one(`${policy} at ${share * 100} %`, () =>
          hitRatio(policy, cases().find((found) => found.share === share) as Case),
        ),
      ),
    ),
    [],
  );

const zipf = () => {
  const trace = traceOf('Zipf 0.99', zipfKeys(1_000_000, 100_000, 0.99, 5));
  return shares.map((share) => ({ trace: { ...trace, distinct: 100_000 }, share, from: 500_000 })); // in its steady state
};

export const zipf99: Scenario = curve('hit ratio, Zipf 0.99 over 100,000 keys', zipf);

export const zipfOverLru: Scenario = fixed(
  'read-through on Zipf 0.99 over 100,000 keys: more hits than LRU',
  'percentage points',
  shares.map((share) =>
    one(`at ${share * 100} %`, () => overLru(zipf().find((found) => found.share === share) as Case)),
  ),
  [
    { of: 'at 1 %', atLeast: 8 },
    { of: 'at 25 %', atLeast: 2.4 },
  ],
);

export const loopsGap: Scenario = fixed(
  'loops and scans: share of the gap from LRU to the optimum that is closed, mean',
  'of the gap',
  [
    one('into an empty cache', () => mean(ofLoops().map(shareOfGap))),
    one('after other work', () => mean(ofLoops().map(warm).map(shareOfGap))),
  ],
  [
    { of: 'into an empty cache', atLeast: 0.6 },
    { of: 'after other work', atLeast: 0.42 },
  ],
);

export const loopsWorst: Scenario = fixed(
  'loops and scans: worst case against LRU',
  'percentage points',
  [
    one('into an empty cache', () => least(ofLoops().map(overLru))),
    one('after other work', () => least(ofLoops().map(warm).map(overLru))),
  ],
  [
    { of: 'into an empty cache', atLeast: -3 },
    { of: 'after other work', atLeast: -3 },
  ],
);

export const zigzagWorst: Scenario = fixed(
  'zigzag, where LRU is the optimum: worst case against LRU',
  'percentage points',
  [
    one('into an empty cache', () => least(shares.map((share) => overLru({ trace: zigzag(), share })))),
    one('after other work', () => least(shares.map((share) => overLru(warm({ trace: zigzag(), share }))))),
  ],
  [
    { of: 'into an empty cache', atLeast: -25 },
    { of: 'after other work', atLeast: -25 },
  ],
);

// The recorded traces are not part of the repository: these are there when `--traces` says where they are.
const withTraces = <T>(make: () => T): T | undefined => (folder === undefined ? undefined : make());

export const tracesGap: Scenario | undefined = withTraces(() =>
  fixed(
    'recorded traces: share of the gap from LRU to the optimum that is closed, mean',
    'of the gap',
    [one('@cache/memory', () => mean(ofTraces().map(shareOfGap)))],
    [{ atLeast: 0.24 }],
  ),
);

export const tracesWorst: Scenario | undefined = withTraces(() =>
  fixed(
    'recorded traces: worst case against LRU',
    'percentage points',
    [one('@cache/memory', () => least(ofTraces().map(overLru)))],
    [{ atLeast: -0.5 }],
  ),
);

const traceCurve = (name: string) =>
  withTraces(() => curve(`hit ratio, ${name}`, () => ofTraces().filter(({ trace }) => trace.name === name)));

export const ormBusy: Scenario | undefined = traceCurve('cache2k-orm-busy');
export const ormNight: Scenario | undefined = traceCurve('cache2k-orm-night');
export const web07: Scenario | undefined = traceCurve('cache2k-web07');
export const web12: Scenario | undefined = traceCurve('cache2k-web12');
