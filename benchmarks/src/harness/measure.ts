import { type Ask, type Contestant, defineScenario, type Pace, type Scenario } from './scenario.ts';

export interface Measured<S> {
  readonly name: string;
  /** See `versionOf`. */
  readonly version: string;
  /** Once per process: for a fresh scenario before every value. */
  setup?(pace: Pace): S | Promise<S>;
  /** One value in the scenario's unit. What takes minutes calls `progress` with the share that is done, from 0 to 1. */
  value(state: S, pace: Pace, progress: (share: number) => void): number | Promise<number>;
  teardown?(state: S): unknown;
}

export function measured<S>({ name, version, setup, value, teardown }: Measured<S>): Contestant {
  return {
    name,
    version,
    async start(pace) {
      const state = (await setup?.(pace)) as S; // undefined where there is no setup, and S says so
      return {
        async sample(progress = () => {}) {
          return value(state, pace, progress);
        },
        async stop() {
          await teardown?.(state);
        },
      };
    },
  };
}

export interface MeasureOptions {
  readonly title: string;
  /** As in `bytes per entry`, `ms`, `hit ratio`. */
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly contestants: readonly Contestant[];
  readonly asks?: readonly Ask[];
  /** Each value from a process of its own, started with `--expose-gc`: for bytes of the heap and for pauses. @default false */
  readonly fresh?: boolean;
  /** 1 where the value cannot differ between rounds. @default 5 */
  readonly rounds?: number;
  /** `false` where a value takes seconds and what the first one costs does not show in it. @default true */
  readonly warmUp?: boolean;
}

/** Anything that is not a time per operation. */
export function measure(options: MeasureOptions): Scenario {
  const { asks = [], fresh = false, rounds = 5 } = options;
  return defineScenario({ ...options, asks, fresh, rounds });
}
