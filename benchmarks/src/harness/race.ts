import { performance } from 'node:perf_hooks';
import { type Ask, type Contestant, defineScenario, type Pace, type Running, type Scenario } from './scenario.ts';

export interface Racer<S> {
  readonly name: string;
  /** See `versionOf`. */
  readonly version: string;
  /** Once, untimed. */
  setup(): S | Promise<S>;
  /**
   * The operation that is timed, with the state and a counter that never repeats. It may use its two arguments and globals and nothing else:
   * its text is compiled anew for this racer, so that no racer warms up, or spoils, the type feedback of another. A promise is awaited.
   */
  readonly op: (state: S, i: number) => unknown;
  /** Await what `op` gives although it is no promise: what a caller in an async function pays. @default false */
  readonly awaited?: boolean;
  /** Operations in one call of `op`, where it is a batch. @default 1 */
  readonly batch?: number;
  /** How many times the usual slice it works in one round: as much as it takes to fill the processor's caches. @default 1 */
  readonly slices?: number;
  /** Before each round, untimed; without it, the operation itself runs untimed for half a slice. */
  beforeRound?(state: S): unknown;
  teardown?(state: S): unknown;
}

type Loop<S> = (state: S, from: number, calls: number) => unknown;

export function racer<S>(options: Racer<S>): Contestant {
  const { name, version, setup, op, awaited = false, batch = 1, slices = 1, beforeRound, teardown } = options;
  return {
    name,
    version,
    async start(pace: Pace): Promise<Running> {
      const sliceMs = pace.sliceMs * slices;
      const state = await setup();
      await beforeRound?.(state);
      const first = op(state, 0);
      const async = awaited || isPromise(first);
      await first;
      const loop = compileLoop(name, op, async);
      let next = 1;
      const time = async (calls: number): Promise<number> => {
        const from = next;
        next += calls;
        const began = performance.now();
        const done = loop(state, from, calls);
        if (async) await done;
        return performance.now() - began;
      };
      // Warm up while looking for the number of calls that fill a slice. The least of three: a busy neighbour can only add.
      let calls = 1;
      for (let spent = 0; spent < sliceMs / 2; calls *= 2) {
        spent = Math.min(await time(calls), await time(calls), await time(calls));
        if (spent >= sliceMs / 2) calls = Math.max(1, Math.round((calls * sliceMs) / spent / 2));
      }
      return {
        async sample() {
          // The others, and the collector before whoever is first, left the caches cold: not at the cost of this one.
          if (beforeRound === undefined) await time(Math.ceil(calls / 2));
          else await beforeRound(state);
          return ((await time(calls)) / calls / batch) * 1e6;
        },
        async stop() {
          await teardown?.(state);
        },
      };
    },
  };
}

export interface RaceOptions {
  readonly title: string;
  readonly contestants: readonly Contestant[];
  readonly asks?: readonly Ask[];
  /** @default 40 */
  readonly rounds?: number;
}

/** Nanoseconds per operation, all in one process. */
export function race({ title, contestants, asks = [], rounds = 40 }: RaceOptions): Scenario {
  return defineScenario({ title, unit: 'ns', better: 'lower', contestants, asks, fresh: false, rounds });
}

let compiled = 0;

/** A loop with a name and code of its own around a fresh copy of the operation. */
export function compileLoop<S>(name: string, op: (state: S, i: number) => unknown, async: boolean): Loop<S> {
  const unique = `${name.replace(/\W+/g, '_')}_${++compiled}`;
  const source = `
    const op_${unique} = ${op.toString()};
    return ${async ? 'async ' : ''}function loop_${unique}(state, from, calls) {
      let last;
      for (let i = from, end = from + calls; i < end; i++) last = ${async ? 'await ' : ''}op_${unique}(state, i);
      return last;
    }`;
  try {
    return new Function(source)() as Loop<S>; // code of ours, from a function of a suite
  } catch (error) {
    throw new Error(`${name}: expected op to be an arrow function or a function expression, got ${op.toString()}`, {
      cause: error,
    });
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
}
