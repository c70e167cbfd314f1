import assert from 'node:assert/strict';
import type { Backend } from '../../contract/backend.ts';
import { type Invalidation, isObserving, isTagging, type Observing } from '../../contract/capabilities.ts';
import { eventually } from '../eventually.ts';
import type { Clause, Trial } from '../trial.ts';

const MINUTE = 60_000;

/** A listener is told of every change, by whomever it was made. It may be told of more than changed, never of less. */
export const observing: readonly Clause[] = [
  clause('tells a new listener at once whether the signal is lost or restored', async ({ backend }) => {
    const heard: Invalidation[] = [];
    const stop = backend.onInvalidate((change) => heard.push(change));
    try {
      assert.equal(heard.length, 1);
      assert.ok(heard[0] !== undefined && 'signal' in heard[0], `expected a signal, got ${JSON.stringify(heard[0])}`);
    } finally {
      stop();
    }
  }),
  ...told('a set', ({ backend, key, value }) => backend.set(key('a'), value(2))),
  ...told('a set with ifNotExists that stores', async ({ backend, key, value }) => {
    await backend.delete(key('a'));
    await backend.set(key('a'), value(2), { ifNotExists: true });
  }),
  ...told('a set of a key that was absent', ({ backend, key, value }) => backend.set(key('new'), value(2)), 'new'),
  ...told('a delete', ({ backend, key }) => backend.delete(key('a'))),
  ...told('an expire', ({ backend, key }) => backend.expire(key('a'), 5 * MINUTE)),
  ...told('a setMany', ({ backend, key, value }) =>
    backend.setMany([
      [key('b'), value(3)],
      [key('a'), value(2)],
    ]),
  ),
  ...told('a deleteMany', ({ backend, key }) => backend.deleteMany([key('b'), key('a')])),
  ...told('a clear', ({ backend, prefix }) => backend.clear(prefix)),
  clause('speaks in the keys it is called with', async (trial) => {
    const { backend, key, value, listen } = trial;
    const heard = await listen(backend);
    await backend.set(key('a'), value(2));
    await eventually('a message', () => heard.some((change) => 'keys' in change));
    for (const change of heard)
      if ('keys' in change) for (const one of change.keys) assert.ok(one.startsWith(trial.prefix), JSON.stringify(one));
  }),
  clause(
    'a listener that was taken away hears no more, and the others still do',
    async ({ backend, key, value, listen }) => {
      const gone: Invalidation[] = [];
      const stop = backend.onInvalidate((change) => gone.push(change));
      const heard = await listen(backend);
      stop();
      stop();
      const before = gone.length;
      await backend.set(key('a'), value(1));
      await eventually('the other listener to hear of the set', () => covers(heard, key('a')));
      assert.equal(gone.length, before);
    },
  ),
];

/** The clause of observing that needs tags. */
export const taggedObserving: readonly Clause[] = [
  ...(['the same', 'another'] as const).map((who) =>
    clause(`tells of an invalidation of tags by ${who} client`, async (trial) => {
      const { backend, key, value, listen } = trial;
      await backend.set(key('a'), value(1), { tags: [key('x')] });
      await backend.get(key('a'));
      const heard = await listen(backend);
      const actor = who === 'another' ? await trial.peer() : backend;
      assert.ok(isTagging(actor), 'expected invalidateTags');
      await actor.invalidateTags([key('x')]);
      await eventually('a message about the tag or the key', () => covers(heard, key('a'), key('x')));
    }),
  ),
];

interface ObservingTrial extends Trial {
  readonly backend: Backend<unknown> & Observing;
  /** What `backend` tells from now on, its signal being restored. */
  listen(backend: Observing): Promise<readonly Invalidation[]>;
}

function clause(title: string, check: (trial: ObservingTrial) => Promise<void>): Clause {
  return {
    title,
    async check(trial) {
      const { backend } = trial;
      assert.ok(isObserving(backend), 'expected onInvalidate');
      const stops: (() => void)[] = [];
      const listen = async (from: Observing): Promise<readonly Invalidation[]> => {
        const heard: Invalidation[] = [];
        stops.push(from.onInvalidate((change) => heard.push(change)));
        await eventually('the signal to be restored', () => {
          const last = heard.findLast((change) => 'signal' in change);
          return last !== undefined && last.signal === 'restored';
        });
        return heard;
      };
      try {
        await check({ ...trial, backend, listen });
      } finally {
        for (const stop of stops) stop();
      }
    },
  };
}

function told(what: string, act: (trial: Trial) => unknown, about = 'a'): Clause[] {
  return (['the same', 'another'] as const).map((who) =>
    clause(`tells of ${what} by ${who} client`, async (trial) => {
      const { backend, key, value, listen } = trial;
      for (const name of ['a', 'b']) await backend.set(key(name), value(1), { ttl: MINUTE });
      const actor = who === 'another' ? await trial.peer() : backend;
      const heard = await listen(backend);
      // A server may tell only those who have read a key.
      await backend.getEntry(key(about));
      await act({ ...trial, backend: actor });
      await eventually(`a message about the key`, () => covers(heard, key(about)));
    }),
  );
}

function covers(heard: readonly Invalidation[], key: string, tag?: string): boolean {
  return heard.some(
    (change) =>
      'all' in change ||
      ('keys' in change && change.keys.includes(key)) ||
      ('tags' in change && tag !== undefined && change.tags.includes(tag)),
  );
}
