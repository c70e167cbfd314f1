import { randomFrom, zipf } from './random.ts';
import { type Trace, traceOf } from './traces.ts';

const length = 200_000;

function generated(name: string, next: (i: number) => number, accesses = length): Trace {
  return traceOf(
    name,
    new Uint32Array(accesses).map((_, i) => next(i)),
  );
}

/** Loops and scans, which recency alone handles worst: what batch jobs, joins and crawlers do to a cache. */
export function loops(): readonly Trace[] {
  const random = randomFrom(7);
  const hot = zipf(2_000, 0.9, random);
  const wide = zipf(20_000, 0.9, random);
  let once = 100_000;
  let inner = 0;
  return [
    generated('one loop over 2,000', (i) => i % 2_000),
    generated('one loop over 10,000', (i) => i % 10_000),
    generated('two loops in turn', (i) => (i % 2 === 0 ? (i / 2) % 700 : 10_000 + (((i - 1) / 2) % 3_100))),
    generated('loops of five lengths, one after another', (i) => {
      const which = Math.floor(i / 8_000) % 5;
      return which * 10_000 + (i % ([400, 900, 1_600, 2_500, 3_600][which] as number));
    }),
    generated('a loop inside a loop', (i) => {
      const outer = Math.floor(i / 60);
      return i % 60 < 20 ? 10_000 + (outer % 2_200) : inner++ % 900;
    }),
    generated('a loop among popular keys', (i) => (random() < 0.3 ? 50_000 + hot() : i % 3_000)),
    generated('popular keys and scans of keys used once', (i) => (i % 20_000 >= 14_000 ? once++ : wide())),
    generated('popular keys and a scan that repeats', (i) => (i % 20_000 >= 14_000 ? 30_000 + (i % 9_000) : wide())),
    generated('a nested-loop join', (i) => (i % 1_201 === 0 ? once++ : (i % 1_201) - 1)),
    generated('a loop whose place moves', (i) => (i % 2_500) + 300 * Math.floor(i / 25_000)),
  ];
}

/** Back and forth, where LRU is the optimum. */
export function zigzag(): Trace {
  const width = 2_000;
  return generated('zigzag over 2,000', (i) => {
    const at = i % (2 * width);
    return at < width ? at : 2 * width - 1 - at;
  });
}

/** The same after 150,000 accesses to other keys by Zipf 0.8, which leave no cache empty. */
export function afterOtherWork(trace: Trace): { readonly trace: Trace; readonly from: number } {
  const from = 150_000;
  const draw = zipf(20_000, 0.8, randomFrom(11));
  const accesses = new Uint32Array(from + trace.accesses.length);
  for (let i = 0; i < from; i++) accesses[i] = 1_000_000 + draw();
  accesses.set(trace.accesses, from);
  return { trace: { name: trace.name, accesses, distinct: trace.distinct }, from };
}
