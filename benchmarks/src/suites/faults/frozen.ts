import { type Ask, measure, measured, type Pace, type Scenario, versionOf } from '../../harness/index.ts';
import { BENTO, CACHEABLE, OURS } from './contestants.ts';
import { type Outcome, outageOf } from './outage.ts';

const packages = { [OURS]: '@cache/core', [BENTO]: 'bentocache', [CACHEABLE]: 'cacheable' } as const;

// An outage answers all questions: the scenarios share those of their rounds.
const suffered = new Map<string, Promise<Outcome>[]>();

async function nth(name: string, round: number, { quick }: Pace): Promise<Outcome> {
  const outcomes = suffered.get(name) ?? [];
  suffered.set(name, outcomes);
  outcomes[round] ??= outageOf(name, quick ? 600 : 3_000);
  return outcomes[round];
}

function ask(title: string, unit: string, of: keyof Outcome, asks: readonly Ask[] = []): Scenario {
  return measure({
    title: `Redis stands still for three seconds: ${title}`,
    unit,
    better: 'lower',
    rounds: 3,
    asks,
    contestants: Object.entries(packages).map(([name, from]) =>
      measured({
        name,
        version: versionOf(from),
        setup: () => ({ round: 0 }),
        value: async (state, pace) => (await nth(name, state.round++, pace))[of],
      }),
    ),
  });
}

export const p50 = ask('a read meanwhile, median', 'ms', 'p50');
export const p99 = ask('a read meanwhile, 99th percentile', 'ms', 'p99');
export const unanswered = ask('calls refused, or not answered within a second', 'of 100 calls', 'unanswered', [
  { atMost: 0, exact: true },
]);
export const stale = ask('old values afterwards, though replaced or removed', 'of 100 keys', 'stale', [
  { atMost: 0, exact: true },
]);
export const ghosts = ask('writes of the outage that stood over newer ones', 'of 100 keys', 'ghosts', [
  { atMost: 0, exact: true },
]);
export const recovery = ask('until a new write is in Redis', 'ms', 'recovery', [{ atMost: 1_000 }]);
