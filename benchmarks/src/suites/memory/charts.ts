import { bars, type ChartsOfSuite, type Line, lines, type SuiteResult, scenarioOf } from '../../harness/index.ts';

const names = {
  ours: '@cache/memory',
  'quick-lru': 'quick-lru (holds up to twice as many)',
  lru: 'LRU (lru-cache, mnemonist)',
  optimum: 'optimum',
};

/** The curves of a scenario whose contestants are called `policy at share %`. */
function curves(suite: SuiteResult, scenario: string): readonly Line[] {
  const { contestants } = scenarioOf(suite, scenario);
  return Object.entries(names).map(([policy, name]) => ({
    name,
    points: contestants
      .filter((one) => one.name.startsWith(`${policy} at `))
      .map((one) => [Number(one.name.split(' ').at(-2)), one.value.median] as const),
  }));
}

const hitRatio = (title: string, scenario: string) => (suite: SuiteResult) =>
  lines(title, { x: 'capacity, % of the distinct keys', y: '% hits', logX: true }, curves(suite, scenario));

export const charts: ChartsOfSuite = {
  'memory-get': (suite) => bars(scenarioOf(suite, 'get/fresh10k')),
  'memory-get-1m': (suite) => bars(scenarioOf(suite, 'get/fresh1m')),
  'memory-set-ttl': (suite) => bars(scenarioOf(suite, 'set/ttl10k')),
  'memory-evicting-set': (suite) => bars(scenarioOf(suite, 'set/evicting10k')),
  'memory-read-through': (suite) => bars(scenarioOf(suite, 'through/quarter10k')),
  'memory-bytes': (suite) => bars(scenarioOf(suite, 'bytes')),
  'memory-expiry-pause': (suite) => bars(scenarioOf(suite, 'expiry/spreadPause')),
  'memory-hits-zipf': hitRatio('Zipf 0.99 over 100,000 keys', 'hits/zipf99'),
  'memory-hits-orm-night': hitRatio('orm-night, database objects of a shop', 'hits/ormNight'),
  'memory-hits-web12': hitRatio('web12, product pages of a shop', 'hits/web12'),
};
