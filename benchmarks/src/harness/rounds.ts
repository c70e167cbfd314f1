import type { Contestant, Pace, Running, Scenario } from './scenario.ts';

/** Rounds that only warm up: the first ones of a process are not like the others. */
const WARM_UP = 2;

export interface RoundsOptions {
  readonly pace: Pace;
  readonly rounds: number;
  /** How a contestant of a fresh scenario gives one value in a process of its own. */
  sampleInFreshProcess(contestant: Contestant, progress: (share: number) => void): Promise<number>;
  progress(done: number, total: number): void;
}

/**
 * Values by contestant and round. All take part in each round, in turn, in the opposite order every other round, so that whatever drifts (heat,
 * neighbours, the heap) touches them alike, and only values of one round are compared.
 */
export async function playRounds(
  { contestants, fresh, warmUp: warm = true }: Scenario,
  { pace, rounds, sampleInFreshProcess, progress }: RoundsOptions,
): Promise<readonly (readonly number[])[]> {
  const values: number[][] = contestants.map(() => []);
  const running: Running[] = [];
  try {
    for (const contestant of contestants) {
      running.push(
        fresh
          ? { sample: (share = () => {}) => sampleInFreshProcess(contestant, share), stop: async () => {} }
          : await contestant.start(pace),
      );
    }
    const warmUp = warm && !fresh && rounds > 1 ? WARM_UP : 0;
    for (let round = 0; round < warmUp + rounds; round++) {
      const order = [...running.keys()];
      if (round % 2 === 1) order.reverse();
      globalThis.gc?.(); // nobody pays for the garbage of the round before
      for (const index of order) {
        const before = round * running.length + order.indexOf(index);
        const told = (share: number): void => progress(before + share, (warmUp + rounds) * running.length);
        const value = await (running[index] as Running).sample(told);
        if (round >= warmUp) values[index]?.push(value);
        told(1);
      }
    }
  } finally {
    for (const one of running) await one.stop();
  }
  return values;
}
