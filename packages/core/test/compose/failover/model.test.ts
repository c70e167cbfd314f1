import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { newSeed } from '../../../src/testing/faults/random.ts';
import { anAction, aPair } from './happenings.ts';
import { histories } from './histories.ts';
import { wrongIn } from './run-world.ts';

const runs = process.env.CACHE_TEST_LONG === '1' ? 50_000 : 500;
const seed = newSeed();

afterEach(() => {
  vi.useRealTimers();
});

it(`no read is older than what this process has seen written or removed, whatever befalls the primary (seed ${seed})`, {
  timeout: runs * 200,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      aPair,
      fc.array(anAction, { minLength: 10, maxLength: 60, size: 'max' }),
      async (shape, actions) => {
        expect(await wrongIn(shape, actions)).toEqual([]);
      },
    ),
    { numRuns: runs, seed, examples: Object.values(histories) },
  );
});
