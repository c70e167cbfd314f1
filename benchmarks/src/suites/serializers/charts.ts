import { bars, type ChartsOfSuite, scenarioOf } from '../../harness/index.ts';

export const charts: ChartsOfSuite = {
  'serializers-json-rows': (suite) => bars(scenarioOf(suite, 'json/serializeRows')),
  'serializers-msgpack-rows': (suite) => bars(scenarioOf(suite, 'msgpack/serializeRows')),
};
