import { type Ask, measure, measured, type Pace, type Scenario, versionOf } from '../../harness/index.ts';
import { BENTO, CACHEABLE, OURS } from './contestants.ts';
import type { Fault } from './faults.ts';
import { type Outcome, outageOf } from './outage.ts';

const packages = { [OURS]: '@cache/core', [BENTO]: 'bentocache', [CACHEABLE]: 'cacheable' } as const;

/** A scenario for each question that an outage answers. They share the outages of their rounds. */
export function questions(befalls: string, fault: Fault): { readonly [question in keyof Outcome]: Scenario } {
  const suffered = new Map<string, Promise<Outcome>[]>();
  const nth = (name: string, round: number, { quick }: Pace): Promise<Outcome> => {
    const outcomes = suffered.get(name) ?? [];
    suffered.set(name, outcomes);
    outcomes[round] ??= outageOf(fault, name, quick ? 600 : 3_000);
    return outcomes[round];
  };
  const ask = (title: string, unit: string, of: keyof Outcome, asks: readonly Ask[] = []): Scenario =>
    measure({
      title: `${befalls}: ${title}`,
      unit,
      better: 'lower',
      rounds: 3,
      warmUp: false,
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
  const none: readonly Ask[] = [{ atMost: 0, exact: true }];
  return {
    p50: ask('a read meanwhile, median', 'ms', 'p50'),
    p99: ask('a read meanwhile, 99th percentile', 'ms', 'p99'),
    unanswered: ask('calls refused, or not answered within a second', 'of 100 calls', 'unanswered', none),
    stale: ask('old values afterwards, though replaced or removed', 'of 100 keys', 'stale', none),
    ghosts: ask('writes of the outage that stood over newer ones', 'of 100 keys', 'ghosts', none),
    recovery: ask('until a new write is in Redis', 'ms', 'recovery', [{ atMost: 1_000 }]),
  };
}
