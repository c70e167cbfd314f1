import { type ChartsOfSuite, columns, scenarioOf } from '../../harness/index.ts';

const faults = {
  frozen: 'stands still',
  killed: 'killed, comes back empty',
  'black-hole': 'network swallows all',
  flapping: 'comes and goes',
} as const;

/** A question's answers, fault by fault. */
function byFault(title: string, unit: string, question: string): ChartsOfSuite[string] {
  return (suite) =>
    columns(
      title,
      unit,
      Object.entries(faults).map(([fault, name]) => ({
        name,
        values: scenarioOf(suite, `${fault}/${question}`).contestants.map(
          (one) => [one.name, one.value.median] as const,
        ),
      })),
    );
}

export const charts: ChartsOfSuite = {
  'faults-stale': byFault(
    'Old values after an outage of three seconds',
    'of 100 keys that were replaced or removed meanwhile',
    'stale',
  ),
  'faults-ghosts': byFault(
    'Writes of an outage that stand over newer ones',
    'of 100 keys that somebody else wrote when Redis was back',
    'ghosts',
  ),
};
