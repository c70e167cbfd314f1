import { bars, type ChartsOfSuite, scenarioOf } from '../../harness/index.ts';

export const charts: ChartsOfSuite = {
  'redis-get-64': (suite) => bars(scenarioOf(suite, 'get/flight64')),
  'redis-get-1000': (suite) => bars(scenarioOf(suite, 'get/flight1000')),
  'redis-set-64': (suite) => bars(scenarioOf(suite, 'set/flight64')),
  'redis-clear': (suite) => bars(scenarioOf(suite, 'clear/time')),
};
