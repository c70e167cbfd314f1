/**
 * A scenario is a question with one number per contestant and round: nanoseconds of a call, bytes of an entry, a hit ratio.
 * `race()` makes one of operations that are timed, `measure()` one of numbers that are measured otherwise.
 */
export interface Scenario {
  readonly title: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** The first is ours: ratios say how many times better it is than each other. */
  readonly contestants: readonly Contestant[];
  readonly asks: readonly Ask[];
  /** Each value comes from a process of its own. */
  readonly fresh: boolean;
  /** Rounds of a full run; a quick one takes a few. */
  readonly rounds: number;
  /** Two rounds before these, which do not count. @default true, but not of values from fresh processes or of one round */
  readonly warmUp?: boolean;
}

export interface Contestant {
  readonly name: string;
  readonly version: string;
  start(pace: Pace): Promise<Running>;
}

export interface Running {
  /** One round's value. What takes long tells how much of it is done, from 0 to 1. */
  sample(progress?: (share: number) => void): Promise<number>;
  stop(): Promise<void>;
}

/** How long a run may take. */
export interface Pace {
  readonly quick: boolean;
  /** Milliseconds that a timed contestant works in one round. */
  readonly sliceMs: number;
}

/**
 * What we want to be true. With `than`: our first contestant (or `of`) is at least so many times better than that one, by the median of the
 * per-round ratios. Without: its median value itself is at most or at least so much. `--check` allows for 15 % of noise, unless `exact`.
 */
export type Ask = { readonly of?: string; readonly exact?: boolean } & (
  | { readonly than: string; readonly atLeast: number }
  | { readonly than?: undefined; readonly atLeast: number; readonly atMost?: undefined }
  | { readonly than?: undefined; readonly atMost: number; readonly atLeast?: undefined }
);

/** A module of a suite exports scenarios, under any name. */
export function isScenario(value: unknown): value is Scenario {
  return typeof value === 'object' && value !== null && 'contestants' in value && 'asks' in value && 'unit' in value;
}

/** Fails early where names in asks are misspelt or two contestants share one. */
export function defineScenario(scenario: Scenario): Scenario {
  const names = scenario.contestants.map(({ name }) => name);
  if (names.length === 0) throw new Error(`${scenario.title}: expected at least one contestant, got none`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`${scenario.title}: expected distinct contestants, got "${twice}" twice`);
  for (const { of, than } of scenario.asks) {
    for (const name of [of, than]) {
      if (name === undefined || names.includes(name)) continue;
      throw new Error(`${scenario.title}: expected an ask about one of ${names.join(', ')}, got "${name}"`);
    }
  }
  return scenario;
}
