import { bars, type ChartsOfSuite, scenarioOf } from '../../harness/index.ts';

export const charts: ChartsOfSuite = {
  'loads-warm': (suite) => bars(scenarioOf(suite, 'warm')),
};
