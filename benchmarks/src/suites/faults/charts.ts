import { type ChartsOfSuite, columns, scenarioOf } from '../../harness/index.ts';

const questions = {
  unanswered: 'calls unanswered',
  stale: 'old values afterwards',
  ghosts: 'writes over newer ones',
} as const;

export const charts: ChartsOfSuite = {
  'faults-frozen': (suite) =>
    columns(
      'Redis stands still for three seconds',
      'of 100; none is right',
      Object.entries(questions).map(([scenario, name]) => ({
        name,
        values: scenarioOf(suite, `frozen/${scenario}`).contestants.map((one) => [one.name, one.value.median] as const),
      })),
    ),
};
