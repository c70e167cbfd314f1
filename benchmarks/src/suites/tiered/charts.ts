import { bars, type ChartsOfSuite, scenarioOf } from '../../harness/index.ts';

export const charts: ChartsOfSuite = {
  'tiers-hit': (suite) => bars(scenarioOf(suite, 'hit')),
};
