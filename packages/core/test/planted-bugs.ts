import fc from 'fast-check';
import { newSeed } from '../src/testing/faults/random.ts';

/** Within how many runs from its seed a planted bug shows. */
const few = 50;

/** Whether one of the first few runs from `seed` goes wrong. */
export async function showsFrom(seed: number, property: fc.IAsyncProperty<unknown>): Promise<boolean> {
  return (await fc.check(property, { seed, numRuns: few, endOnFailure: true })).failed;
}

/** Tries seeds at random. @returns the first from which `property` goes wrong within few runs, `undefined` when none of `tries` does */
export async function seedByChance(property: fc.IAsyncProperty<unknown>, tries = 20_000): Promise<number | undefined> {
  for (let tried = 0; tried < tries; tried++) {
    const seed = newSeed();
    if (await showsFrom(seed, property)) return seed;
  }
  return undefined;
}
