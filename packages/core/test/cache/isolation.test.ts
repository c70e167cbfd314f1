import { describe, expect, it } from 'vitest';
import { Cache, CacheSerializationError } from '../../src/index.ts';
import { inMemoryServer } from '../../src/testing/index.ts';
import { faces } from './faces.ts';

interface Person {
  name: string;
  tags: string[];
}

describe.each(faces)('isolation, $name', ({ make }) => {
  it("'share', the default, hands out what was stored: who changes it changes it for all (C14, D28)", async () => {
    const { cache } = make<Person>();
    const ada: Person = { name: 'ada', tags: [] };
    await cache.set('k', ada);
    expect(await cache.get('k')).toBe(ada);
    ada.tags.push('changed');
    expect((await cache.get('k'))?.tags).toEqual(['changed']);
  });

  it("'clone' copies on the way in and on the way out (D28)", async () => {
    const { cache } = make<Person>({ isolate: 'clone' });
    const ada: Person = { name: 'ada', tags: [] };
    await cache.set('k', ada);
    ada.tags.push('after set');
    const read = (await cache.get('k')) as Person;
    expect(read).toEqual({ name: 'ada', tags: [] });
    read.tags.push('after get');
    expect((await cache.getMany(['k'])).get('k')).toEqual({ name: 'ada', tags: [] });
    expect(await cache.lookup('k')).toEqual({ hit: true, value: { name: 'ada', tags: [] } });
  });

  it("'freeze' freezes all of a value when it is written, cycles included (D28)", async () => {
    const { cache } = make<unknown>({ isolate: 'freeze' });
    const ada = { name: 'ada', tags: ['x'], self: undefined as unknown };
    ada.self = ada;
    await cache.set('k', ada);
    expect(() => ada.tags.push('y')).toThrow(TypeError);
    expect(await cache.get('k')).toBe(ada);
    expect(Object.isFrozen(ada)).toBe(true);
    await cache.set('primitive', 'text');
    expect(await cache.get('primitive')).toBe('text');
  });

  it.each([
    ['Map', new Map()],
    ['Set', new Set()],
    ['Date', new Date()],
    ['Buffer', Buffer.from('x')],
    ['ArrayBuffer', new ArrayBuffer(1)],
  ])(
    "'freeze' refuses a %s, whose contents freezing does not reach, and freezes nothing of it",
    async (name, inner) => {
      const { cache } = make<unknown>({ isolate: 'freeze', prefix: 'p:' });
      const value = { list: [{ inner }] };
      const error = await Promise.resolve()
        .then(() => cache.set('k', value))
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(CacheSerializationError);
      expect(error).toMatchObject({ key: 'k', code: 'SERIALIZATION' });
      expect((error as Error).message).toContain(`at $.list.0.inner: expected what can be frozen, got ${name}`);
      expect(Object.isFrozen(value)).toBe(false);
      expect(await cache.has('k')).toBe(false);
    },
  );

  it("'clone' refuses what structuredClone cannot copy", async () => {
    const { cache } = make<unknown>({ isolate: 'clone' });
    const error = await Promise.resolve()
      .then(() => cache.set('k', { f: () => 1 }))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'SERIALIZATION', key: 'k', cause: { name: 'DataCloneError' } });
    expect(await cache.has('k')).toBe(false);
  });

  it('above bytes every reader has an object of its own anyway', async () => {
    const backend = { ...inMemoryServer<never>().connect(), stores: 'bytes' as const };
    const { cache } = make<Person>({ backend });
    await cache.set('k', { name: 'ada', tags: [] });
    (await cache.get('k'))?.tags.push('changed');
    expect(await cache.get('k')).toEqual({ name: 'ada', tags: [] });
  });

  it('another isolation is refused at construction', () => {
    expect(() => make({ isolate: 'copy' as never })).toThrow(
      `isolate: expected 'share' or 'freeze' or 'clone', got "copy"`,
    );
  });
});

it("'freeze' runs no getter, and takes objects without a prototype and what is frozen already", async () => {
  const cache = new Cache<unknown>({ backend: inMemoryServer<unknown>().connect(), isolate: 'freeze' });
  const bare = Object.assign(Object.create(null), { list: Object.freeze([1]) });
  const value = {
    bare,
    get never(): number {
      throw new Error('a getter ran');
    },
  };
  await cache.set('k', value);
  expect(Object.isFrozen(bare)).toBe(true);
  expect(await cache.get('k')).toBe(value);
  const date = Object.setPrototypeOf(new Date(), Object.create(Date.prototype, { constructor: { value: undefined } }));
  await expect(cache.set('k', date)).rejects.toThrow('at $: expected what can be frozen, got object');
});
