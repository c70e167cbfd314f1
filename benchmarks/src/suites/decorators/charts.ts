import { bars, type ChartsOfSuite, scenarioOf } from '../../harness/index.ts';

export const charts: ChartsOfSuite = {
  'decorators-async': (suite) => bars(scenarioOf(suite, 'async-calls')),
  'decorators-sync': (suite) => bars(scenarioOf(suite, 'sync-calls')),
};
