import { describe, expect, it } from 'vitest';
import { type Backend, Cache, defineBackend, failover, plainJson, SyncCache, serialized } from '../../src/index.ts';
import { mapBackend, mapParts } from './map-backend.ts';

/** A backend written by hand, whose `get` answers a miss by `answer`. */
function answering(answer: unknown, late = false): Backend<never> {
  return { ...mapBackend<never>(), name: 'mine', get: () => (late ? Promise.resolve(answer) : answer) as never };
}

const expected = (got: string) => ({
  code: 'INVALID_ANSWER',
  message: `backend mine: expected get to answer hit(value), { hit: true, value }, or MISS, { hit: false }, got ${got}`,
});

describe.each([
  ['undefined', undefined, 'undefined'],
  ['null', null, 'null'],
  ['the value itself', { id: 1 }, 'object'],
  ['a hit that says so in another way', { hit: 1, value: 5 }, 'object'],
])('a backend whose get answers %s', (_what, answer, got) => {
  const load = (): never => 5 as never;

  it('is named with what came and what was expected, wherever a value is asked for', async () => {
    for (const backend of [answering(answer), answering(answer, true)]) {
      const asked: ((cache: Cache<never>) => Promise<unknown>)[] = [
        (cache) => cache.get('k'),
        (cache) => cache.lookup('k'),
        (cache) => cache.getOrThrow('k'),
        (cache) => cache.getOrSet('k', load),
      ];
      for (const ask of asked) {
        await expect(ask(new Cache({ backend }))).rejects.toMatchObject(expected(got));
        const shaped = new Cache<never>({ backend, serializer: plainJson as never });
        await expect(ask(shaped)).rejects.toMatchObject(expected(got));
      }
    }
  });

  it('is named by a SyncCache too', () => {
    const cache = new SyncCache<never>({ backend: answering(answer) as never });
    for (const ask of [() => cache.get('k'), () => cache.lookup('k'), () => cache.getOrSet('k', load)])
      expect(ask).toThrow(expect.objectContaining(expected(got)));
    expect(() => cache.getOrSetMany(['k'], () => new Map<string, never>())).toThrow(
      expect.objectContaining(expected(got)),
    );
  });

  it('is a mistake of the program: not bypassed, and no reason to leave a primary', async () => {
    const backend = answering(answer);
    const bypassing = new Cache({ backend, onError: 'bypass', logger: { warn: () => {} } });
    await expect(bypassing.get('k')).rejects.toMatchObject(expected(got));
    await expect(bypassing.getOrSet('k', load)).rejects.toMatchObject(expected(got));
    const soft = new Cache({ backend: failover(serialized(backend, plainJson as never), mapBackend<never>()) });
    await expect(soft.get('k')).rejects.toMatchObject(expected(got));
  });
});

describe('a part of a backend whose getEntry answers what is no entry', () => {
  const message =
    'backend mine: expected getEntry to answer { value, freshFor, expiresIn }, times in milliseconds or null, or undefined';

  it.each([
    ['null for a miss', null, 'null'],
    ['the value itself', 'value', 'string'],
    ['an entry without times', { value: 5 }, 'object'],
    ['an entry with a date', { value: 5, freshFor: 5, expiresIn: new Date() }, 'object'],
  ])('is named with what was expected: %s', async (_what, answer, got) => {
    for (const getEntry of [() => answer, async () => answer]) {
      const backend = defineBackend({ ...mapParts<unknown>(performance), name: 'mine', getEntry: getEntry as never });
      const cache = new Cache({ backend });
      const error = { code: 'INVALID_ANSWER', message: `${message}, got ${got}` };
      for (const ask of [() => cache.get('k'), () => cache.has('k'), () => cache.getMany(['k']), () => cache.ttl('k')])
        await expect(ask()).rejects.toMatchObject(error);
      const load = cache.getOrSet('k', () => 5, { staleIfError: '1m' });
      await expect(load).rejects.toMatchObject(error);
    }
  });
});
