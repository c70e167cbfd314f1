import fc from 'fast-check';
import { newSeed } from '../src/testing/faults/random.ts';

/** Within how many runs from its seed a planted bug shows. */
const few = 50;

/**
 * The first seed, from `first` on, of which one of the first few runs goes wrong: `first` itself, as long as neither what runs
 * are made of nor what they run through has changed. `undefined`: none of the next 400 does.
 */
export async function seedFrom(first: number, property: fc.IAsyncProperty<unknown>): Promise<number | undefined> {
  for (let seed = first; seed < first + 400; seed++) if (await shows(seed, property)) return seed;
  return undefined;
}

/** A random seed of which one of the first few runs goes wrong; `undefined` when none of 20,000 is one. */
export async function seedByChance(property: fc.IAsyncProperty<unknown>): Promise<number | undefined> {
  for (let tried = 0; tried < 20_000; tried++) {
    const seed = newSeed();
    if (await shows(seed, property)) return seed;
  }
  return undefined;
}

async function shows(seed: number, property: fc.IAsyncProperty<unknown>): Promise<boolean> {
  return (await fc.check(property, { seed, numRuns: few, endOnFailure: true })).failed;
}
