import { describe, expect, it } from 'vitest';
import {
  type BackendCapabilities,
  describeBackend,
  faultyBackend,
  inMemoryServer,
  manualClock,
} from '../../src/testing/index.ts';
import { collect } from './collect.ts';
import { deadlineMutants } from './mutants/deadlines.ts';
import { failureMutants } from './mutants/failures.ts';
import { leaseMutants } from './mutants/leases.ts';
import { manyMutants } from './mutants/many.ts';
import type { Mutant } from './mutants/mutant.ts';
import { staleMutants } from './mutants/stale-windows.ts';
import { tagMutants } from './mutants/tags.ts';
import { valueMutants } from './mutants/values.ts';
import { writeMutants } from './mutants/writes.ts';

const everything: BackendCapabilities = { leases: true, tags: true, observing: true, synchronous: true };
const mutants = [
  ...valueMutants,
  ...writeMutants,
  ...deadlineMutants,
  ...staleMutants,
  ...manyMutants,
  ...leaseMutants,
  ...tagMutants,
];

const kitOn = ({ bug, plant }: Mutant, noticedBy: RegExp, capabilities = everything) =>
  collect((runner) => {
    const make = () => {
      const clock = manualClock(1_000);
      const server = inMemoryServer({ clock });
      const connect = () => {
        const right = server.connect();
        return Object.assign({ ...right }, plant(right, clock));
      };
      return { backend: connect(), peer: connect, advance: clock.advance };
    };
    describeBackend(bug, make, capabilities, runner);
  }, noticedBy);

// Some wait in vain for what a server should have told: at the same time, rather than one after the other.
describe.concurrent('the kit', () => {
  for (const mutant of mutants)
    it(`catches a backend that ${mutant.bug}`, async () => {
      const { failed } = await kitOn(mutant, mutant.noticedBy, { ...everything, ...mutant.said });
      expect(failed.length).toBeGreaterThan(0);
      // It is the clause that fails, not the plant.
      for (const { error } of failed) expect(error).toMatchObject({ name: mutant.throws ?? 'AssertionError' });
    });

  for (const { bug, plant, noticedBy, throws } of failureMutants)
    it(`catches a backend that ${bug}`, { timeout: 20_000 }, async () => {
      const { failed } = await collect((runner) => {
        const make = () => {
          const clock = manualClock(1_000);
          const line = faultyBackend(inMemoryServer({ clock }).connect());
          let away = false;
          const planted = plant(line as never, () => away);
          return {
            backend: Object.assign({ ...line }, planted) as typeof line,
            advance: clock.advance,
            fail() {
              line.faults.always = 'error';
              away = true;
              return () => {
                line.faults.always = undefined;
                away = false;
              };
            },
          };
        };
        describeBackend(bug, make, { leases: true, tags: true, observing: true, failing: true }, runner);
      }, noticedBy);
      expect(failed.length).toBeGreaterThan(0);
      for (const { error } of failed) expect(error).toMatchObject({ name: throws ?? 'AssertionError' });
    });

  it('finds nothing wrong with a backend without a bug', async () => {
    const { failed, passed } = await kitOn({ bug: 'has none', noticedBy: /^/, plant: () => ({}) }, /^/);
    expect(failed).toEqual([]);
    expect(passed.length).toBeGreaterThan(100);
  });

  it('is tried on mutants that each have a bug of their own', () => {
    expect(new Set(mutants.map(({ bug }) => bug)).size).toBe(mutants.length);
    expect(mutants.length).toBeGreaterThanOrEqual(25);
  });
});
