import {
  bars,
  type ChartsOfSuite,
  columns,
  type Line,
  lines,
  type SuiteResult,
  scenarioOf,
} from '../../harness/index.ts';

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

/** Operations per second, ours first among the stores, by work. */
const throughput = (title: string, works: Readonly<Record<string, string>>) => (suite: SuiteResult) =>
  columns(
    title,
    'million operations per second',
    Object.entries(works).map(([name, work]) => ({
      name: work,
      values: scenarioOf(suite, name).contestants.map((one) => [one.name, 1_000 / one.value.median] as const),
    })),
  );

export const charts: ChartsOfSuite = {
  'memory-throughput': throughput('10,000 entries, keys built for each call', {
    'get/fresh10k': 'get',
    'get/ttl10k': 'get, all with a TTL',
    'set/ttl10k': 'renew, with a TTL',
    'set/evicting10k': 'set that evicts',
    'through/quarter10k': 'read-through',
  }),
  'memory-throughput-1m': throughput('1,000,000 entries, keys built for each call', {
    'get/fresh1m': 'get',
    'get/ttl1m': 'get, all with a TTL',
    'set/ttl1m': 'renew, with a TTL',
    'set/evicting1m': 'set that evicts',
    'through/quarter1m': 'read-through',
  }),
  'memory-bytes': (suite) => bars(scenarioOf(suite, 'bytes')),
  'memory-expiry-pause': (suite) => bars(scenarioOf(suite, 'expiry/spreadPause')),
  'memory-growth': (suite) => bars(scenarioOf(suite, 'growth')),
  'memory-hits-zipf': hitRatio('Zipf 0.99 over 100,000 keys', 'hits/zipf99'),
  'memory-hits-orm-night': hitRatio('orm-night, database objects of a shop', 'hits/ormNight'),
  'memory-hits-web12': hitRatio('web12, product pages of a shop', 'hits/web12'),
};
