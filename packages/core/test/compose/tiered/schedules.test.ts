import fc from 'fast-check';
import { it } from 'vitest';
import { everySchedule } from './world.ts';

const runs = Number(process.env.CACHE_TIERS_RUNS ?? (process.env.CACHE_TEST_LONG === '1' ? 100_000 : 1_000));

it(`whatever happens in whatever order, no process goes back or stays behind (${runs} schedules)`, async () => {
  await fc.assert(everySchedule(), { numRuns: runs });
}, 3_600_000);
