import fc from 'fast-check';
import { describe, it } from 'vitest';
import { action, play, type World } from './interleavings.ts';

const runs = process.env.CACHE_TEST_LONG === '1' ? 100_000 : 1_000;
const worlds: Record<string, World> = {
  'one process, a backend without leases': { processes: 1, leases: false },
  'three processes that share a server with leases': { processes: 3, leases: true },
};

describe('every interleaving of loads and changes is legal (D8)', () => {
  for (const [name, world] of Object.entries(worlds)) {
    it(`in ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.scheduler(),
          fc.array(action, { minLength: 2, maxLength: 12 }),
          fc.infiniteStream(fc.nat(1_000)),
          async (scheduler, actions, choices) => {
            const wrong = await play(scheduler, actions, world, (n) => (choices.next().value as number) % n);
            if (wrong.length > 0) throw new Error(wrong.join('\n'));
          },
        ),
        { numRuns: runs },
      );
    }, 3_600_000);
  }
});
