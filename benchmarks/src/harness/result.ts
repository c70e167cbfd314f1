import type { Ask, Scenario } from './scenario.ts';
import { type Spread, spreadOf } from './statistics.ts';

export interface ScenarioResult {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly rounds: number;
  readonly contestants: readonly ContestantResult[];
  readonly asks: readonly AskResult[];
}

export interface ContestantResult {
  readonly name: string;
  readonly version: string;
  readonly value: Spread;
  /** How many times better the first contestant is than this one; absent for the first. */
  readonly ratio?: Spread;
}

export interface AskResult {
  readonly text: string;
  readonly got: number;
  readonly met: boolean;
}

const TOLERANCE = 0.15;

export function resultOf(name: string, scenario: Scenario, values: readonly (readonly number[])[]): ScenarioResult {
  const { title, unit, better, contestants } = scenario;
  const ratios = (of: number, than: number): Spread =>
    spreadOf(
      (values[of] ?? []).map((ours, round) => {
        const theirs = values[than]?.[round] as number; // every contestant has a value in every round
        if (ours === theirs) return 1; // none of both, where none is best
        return better === 'lower' ? theirs / ours : ours / theirs;
      }),
    );
  const indexOf = (wanted: string | undefined): number =>
    wanted === undefined ? 0 : contestants.findIndex((one) => one.name === wanted);
  return {
    name,
    title,
    unit,
    better,
    rounds: values[0]?.length ?? 0,
    contestants: contestants.map((one, index) => {
      const ratio = index === 0 ? undefined : ratios(0, index);
      return {
        name: one.name,
        version: one.version,
        value: spreadOf(values[index] ?? []),
        // Where ours has none of something, another's some is no number of times as much.
        ...(ratio !== undefined && Number.isFinite(ratio.median) && { ratio }),
      };
    }),
    asks: scenario.asks.map((ask) => {
      const of = indexOf(ask.of);
      const got = ask.than === undefined ? spreadOf(values[of] ?? []).median : ratios(of, indexOf(ask.than)).median;
      return { text: textOf(ask, scenario), got, met: isMet(ask, got) };
    }),
  };
}

function isMet(ask: Ask, got: number): boolean {
  const tolerance = ask.exact === true ? 0 : TOLERANCE;
  if (ask.atLeast !== undefined) return got >= ask.atLeast * (1 - tolerance);
  return got <= ask.atMost * (1 + tolerance);
}

function textOf(ask: Ask, { contestants, unit }: Scenario): string {
  const of = ask.of ?? contestants[0]?.name;
  if (ask.than !== undefined) return `${of}: at least ${ask.atLeast} × as good as ${ask.than}`;
  return ask.atLeast !== undefined ? `${of}: at least ${ask.atLeast} ${unit}` : `${of}: at most ${ask.atMost} ${unit}`;
}
