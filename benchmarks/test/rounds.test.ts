import { expect, test } from 'vitest';
import { playRounds } from '../src/harness/rounds.ts';
import { type Contestant, defineScenario, type Scenario } from '../src/harness/scenario.ts';

function scenarioOf(log: string[], names: readonly string[], fresh = false): Scenario {
  const contestants = names.map(
    (name): Contestant => ({
      name,
      version: '1.0.0',
      async start() {
        return {
          async sample() {
            log.push(name);
            return log.length;
          },
          async stop() {
            log.push(`${name} stopped`);
          },
        };
      },
    }),
  );
  return defineScenario({ title: 't', unit: 'ns', better: 'lower', contestants, asks: [], fresh, rounds: 4 });
}

const options = {
  pace: { quick: true, sliceMs: 1 },
  rounds: 2,
  progress: () => {},
  sampleInFreshProcess: async () => 7,
};

test('all take part in every round, in the opposite order every other round, after two rounds of warm-up', async () => {
  const log: string[] = [];
  const values = await playRounds(scenarioOf(log, ['a', 'b', 'c']), options);
  expect(log.join(' ')).toBe('a b c c b a a b c c b a a stopped b stopped c stopped');
  expect(values).toEqual([
    [7, 12],
    [8, 11],
    [9, 10],
  ]);
});

test('none warms up where values are too dear for that', async () => {
  const log: string[] = [];
  expect(await playRounds({ ...scenarioOf(log, ['a', 'b']), warmUp: false }, options)).toEqual([
    [1, 4],
    [2, 3],
  ]);
});

test('a contestant that fails fails the scenario, and everyone is stopped', async () => {
  const log: string[] = [];
  const scenario = scenarioOf(log, ['a']);
  const broken: Contestant = {
    name: 'broken',
    version: '1.0.0',
    start: async () => ({ sample: () => Promise.reject(new Error('out of order')), stop: async () => {} }),
  };
  const played = playRounds({ ...scenario, contestants: [...scenario.contestants, broken] }, options);
  await expect(played).rejects.toThrow('out of order');
  expect(log.at(-1)).toBe('a stopped');
});

test('what takes long tells how much of it is done', async () => {
  const slow: Contestant = {
    name: 'slow',
    version: '1.0.0',
    start: async () => ({
      async sample(progress = () => {}) {
        progress(0.5);
        return 1;
      },
      stop: async () => {},
    }),
  };
  const told: number[] = [];
  const progress = (done: number, total: number): void => void told.push(done / total);
  await playRounds({ ...scenarioOf([], ['a']), contestants: [slow] }, { ...options, rounds: 1, progress });
  expect(told).toEqual([0.5, 1]);
});

test('a fresh scenario starts nothing in this process', async () => {
  const log: string[] = [];
  expect(await playRounds(scenarioOf(log, ['a', 'b'], true), options)).toEqual([
    [7, 7],
    [7, 7],
  ]);
  expect(log).toEqual([]);
});

test('two contestants of one name and an ask about nobody are mistakes of the suite', () => {
  expect(() => scenarioOf([], ['a', 'a'])).toThrow('expected distinct contestants, got "a" twice');
  expect(() => defineScenario({ ...scenarioOf([], ['a', 'b']), asks: [{ than: 'c', atLeast: 1 }] })).toThrow(
    'expected an ask about one of a, b, got "c"',
  );
});
