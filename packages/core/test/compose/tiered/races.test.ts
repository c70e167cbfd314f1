import { expect, it } from 'vitest';
import { type Awaitable, type CapableBackend, type Invalidation, tiered } from '../../../src/index.ts';
import { inMemoryServer, manualClock } from '../../../src/testing/index.ts';

/** A far that answers and tells of changes only when it is let. */
function held() {
  const clock = manualClock();
  const server = inMemoryServer<string>({ clock });
  const far = server.connect();
  const answers: (() => void)[] = [];
  const later = <T>(answer: Awaitable<T>): Promise<T> => new Promise((resolve) => answers.push(() => resolve(answer)));
  return {
    clock,
    far: {
      ...far,
      getEntry: (key) => later(far.getEntry(key)),
      acquire: (key, ttl, ifFreshFor) => later(far.acquire(key, ttl, ifFreshFor)),
      onInvalidate: (listener: (told: Invalidation) => void) =>
        far.onInvalidate((told) => 'signal' in told && listener(told)), // of keys: not in this test
    } satisfies CapableBackend<string>,
    foreign: server.connect(),
    near: inMemoryServer<string>({ clock }).connect(),
    /** Answers the question that was asked as the `nth` of those that are open. */
    answer: (nth = 0): void => answers.splice(nth, 1)[0]?.(),
    get asked() {
      return answers.length;
    },
  };
}

it.each(['the read', 'the lease'])('what was asked first and is answered last is told to nobody: %s', async (first) => {
  const world = held();
  const { far, foreign, near, clock } = world;
  const tiers = tiered(near, far, { clock }) as CapableBackend<string> & Pick<typeof far, 'acquire'>;
  await tiers.start();
  foreign.set('a', 'old');
  const read = (): Promise<unknown> => Promise.resolve(tiers.getEntry('a')).then((entry) => entry?.value);
  const lease = (): Promise<unknown> => Promise.resolve(tiers.acquire('a', 1_000)).then(({ entry }) => entry?.value);
  const [one, other] = first === 'the read' ? [read, lease] : [lease, read];
  const asked = one();
  foreign.set('a', 'new');
  const askedLater = other();
  world.answer(1);
  expect(await askedLater).toBe('new');
  world.answer();
  await new Promise(setImmediate);
  world.answer(); // it is asked again, unless near knew
  expect(await asked).toBe('new');
  expect(tiers.get('a')).toEqual({ hit: true, value: 'new' });
});

it('who joins a read that is older than nearTtl reads again', async () => {
  const world = held();
  const { onInvalidate: _, ...silent } = world.far;
  const { foreign, near, clock } = world;
  const tiers = tiered<string>(near, silent, { nearTtl: 100, clock });
  const early = tiers.get('a');
  foreign.set('a', 'there');
  clock.advance(99);
  const inTime = tiers.get('a');
  clock.advance(1);
  const late = tiers.get('a');
  world.answer();
  expect([await early, await inTime]).toEqual([{ hit: false }, { hit: false }]);
  await expect.poll(() => world.asked).toBe(1);
  world.answer();
  expect(await late).toEqual({ hit: true, value: 'there' });
});
