import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { directedRaces } from './directed-races.ts';
import { everySchedule, worlds } from './interleavings.ts';

const numRuns = process.env.CACHE_TEST_LONG === '1' ? 100_000 : 1_000;

// A failure prints its seed and path; the schedule that it shows is what to read.
describe('every interleaving of loads and changes is legal (D8)', () => {
  for (const [where, world] of Object.entries(worlds)) {
    it(where, () => fc.assert(everySchedule(world), { numRuns }), 3_600_000);
  }
});

describe('races that chance finds rarely', () => {
  it.each(Object.entries(directedRaces))('%s (D8)', async (_name, race) => {
    expect(await race()).toBeUndefined();
  });
});
