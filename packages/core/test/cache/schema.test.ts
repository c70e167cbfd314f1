import { describe, expect, expectTypeOf, it } from 'vitest';
import * as zod from 'zod';
import { Cache, CacheCapabilityError, CacheValidationError, type StandardSchema, SyncCache } from '../../src/index.ts';
import { inMemoryServer } from '../../src/testing/index.ts';
import { faces } from './faces.ts';

const User = zod.object({ id: zod.number(), name: zod.string() });
type User = zod.infer<typeof User>;
const ada: User = { id: 1, name: 'ada' };

const failing = async (call: () => unknown): Promise<CacheValidationError> =>
  Promise.resolve()
    .then(call)
    .then(
      () => expect.unreachable('it should have been refused'),
      (error: unknown) => error as CacheValidationError,
    );

describe.each(faces)('a schema, $name', ({ make }) => {
  it('refuses a value when it is written, before anything is stored, and says where, without the value', async () => {
    const { cache } = make<User>({ schema: User });
    await cache.set('k', ada);
    const error = await failing(() => cache.set('k', { id: 'secret', name: 'x' } as never));
    expect(error).toBeInstanceOf(CacheValidationError);
    expect(error).toMatchObject({ code: 'VALIDATION', key: 'k', issues: [{ path: 'id' }] });
    expect(error.message).toBe('value of key "k": expected what its schema accepts, which objects to id');
    expect(await cache.get('k')).toEqual(ada);
  });

  it('refuses setMany as a whole, naming every key', async () => {
    const { cache } = make<User>({ schema: User, prefix: 'p:' });
    const error = await failing(() =>
      cache.setMany([
        ['good', ada],
        ['bad', {} as never],
        ['worse', null as never],
      ]),
    );
    expect(error).toBeInstanceOf(CacheValidationError);
    expect(error.keys).toEqual(['bad', 'worse']);
    expect(await cache.has('good')).toBe(false);
  });

  it('a value of an old shape is a miss that is deleted and reported, and the next write heals it (R25)', async () => {
    const backend = inMemoryServer<never>().connect();
    const { cache: old } = make<unknown>({ backend, prefix: 'p:' });
    const { cache } = make<User>({ backend, prefix: 'p:', schema: User });
    const errors: unknown[] = [];
    cache.on('error', (event) => errors.push(event));
    for (const read of [
      () => cache.get('k'),
      async () => ((await cache.lookup('k')).hit ? 1 : undefined),
      async () => (await cache.getMany(['k', 'good'])).get('k'),
    ]) {
      await old.set('k', { id: 1 });
      await old.set('good', ada);
      expect(await read()).toBeUndefined();
      expect(await old.has('k')).toBe(false);
      expect(await cache.get('good')).toEqual(ada);
    }
    expect(errors).toHaveLength(3);
    expect(errors[0]).toMatchObject({ swallowed: true, error: { code: 'VALIDATION', key: 'k' } });
    await cache.set('k', ada);
    expect(await cache.get('k')).toEqual(ada);
  });

  it("onInvalid: 'throw' throws, and leaves the entry where it is", async () => {
    const backend = inMemoryServer<never>().connect();
    const { cache: old } = make<unknown>({ backend });
    const { cache } = make<User>({ backend, schema: User, onInvalid: 'throw' });
    await old.set('k', { id: 1 });
    expect(await failing(() => cache.get('k'))).toMatchObject({ code: 'VALIDATION', key: 'k' });
    expect(await old.has('k')).toBe(true);
  });

  it("onInvalid: 'throw' is bypassed like any entry that cannot be read", async () => {
    const backend = inMemoryServer<never>().connect();
    const { cache: old } = make<unknown>({ backend, name: 'users' });
    const warned: string[] = [];
    const logger = { warn: (message: string) => void warned.push(message) };
    const { cache } = make<User>({
      backend,
      name: 'users',
      schema: User,
      onInvalid: 'throw',
      onError: 'bypass',
      logger,
    });
    await old.set('k', { id: 1 });
    expect(await cache.get('k')).toBeUndefined();
    expect(await old.has('k')).toBe(true);
    expect(warned).toEqual([expect.stringContaining('as if it had no such entry, now and from here on: VALIDATION')]);
  });

  it('what the schema makes of a value is what is stored and returned', async () => {
    const trimmed = zod.string().transform((text) => text.trim());
    const { cache } = make<string>({ schema: trimmed });
    await cache.set('k', '  ada ');
    expect(await cache.get('k')).toBe('ada');
  });

  it('belongs to its cache: a namespace has its own or none', async () => {
    const { cache } = make<User>({ schema: User });
    const numbers = cache.namespace('numbers', { schema: zod.number() });
    expectTypeOf(numbers).toEqualTypeOf<Cache<number>>();
    const anything = cache.namespace<unknown>('anything');
    expect(await numbers.set('k', 5)).toBe(true);
    expect(await failing(() => numbers.set('k', ada as never))).toMatchObject({ code: 'VALIDATION' });
    expect(await anything.set('k', 'text')).toBe(true);
  });

  it('anything that is no Standard Schema is refused at construction', () => {
    expect(() => make({ schema: {} as never })).toThrow('schema: expected a Standard Schema');
    expect(() => make({ schema: null as never })).toThrow('got null');
    expect(() => make().cache.namespace('n', { schema: 'zod' as never })).toThrow('got string');
  });
});

const later: StandardSchema<number> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: async (value) =>
      typeof value === 'number' ? { value } : { issues: [{ message: 'no', path: ['a', { key: 'b' }] }] },
  },
};

it('an asynchronous schema works on a Cache, and is refused on a SyncCache without an unhandled rejection', async () => {
  const backend = inMemoryServer<number>().connect();
  const cache = new Cache<number>({ backend, schema: later });
  expect(await cache.set('k', 1)).toBe(true);
  expect(await cache.get('k')).toBe(1);
  expect((await failing(() => cache.set('k', 'x' as never))).message).toContain('objects to a.b');
  expect(await cache.getOrSet('loaded', () => 2)).toBe(2);
  expect(await cache.get('loaded')).toBe(2);
  expect((await failing(() => cache.getOrSet('not', () => 'x' as never))).message).toContain('objects to a.b');
  expect(await cache.has('not')).toBe(false);
  const sync = new SyncCache<number>({ backend, schema: later });
  expect(() => sync.set('k', 1)).toThrow(CacheCapabilityError);
  expect(() => sync.set('k', 'x' as never)).toThrow(CacheCapabilityError);
});

it('a lease over an entry of an old shape is granted, and the entry is not seen', async () => {
  const clock = { now: () => 0 };
  const backend = inMemoryServer<never>({ clock }).connect();
  const { validated } = await import('../../src/compose/validated.ts');
  const shaped = validated<User>(backend, User);
  await backend.set('k', { id: 1 } as never);
  const got = await shaped.acquire?.('k', 1_000);
  expect(got?.lease).toBeDefined();
  expect(got?.entry).toBeUndefined();
  expect(await backend.getEntry('k')).toBeUndefined();
});

it('a lease that somebody else holds over an entry of an old shape is not asked for without end', async () => {
  const { validated } = await import('../../src/compose/validated.ts');
  let asked = 0;
  const entry = { value: { id: 1 } as never, freshFor: null, expiresIn: null };
  const backend = Object.assign(inMemoryServer<User>().connect(), {
    acquire() {
      asked++;
      return { entry };
    },
  });
  expect(await validated<User>(backend, User).acquire?.('k', 1_000)).toEqual({ lease: undefined });
  expect(asked).toBe(2);
});

it('the objections of a schema are shown by their paths, the first five of them', async () => {
  const picky = (count: number): StandardSchema<number> => ({
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: () => ({
        issues: Array.from({ length: count }, (_, n) => ({ message: 'no', ...(n > 0 && { path: [n] }) })),
      }),
    },
  });
  const refusal = (count: number): Promise<CacheValidationError> =>
    failing(() => new Cache<number>({ backend: inMemoryServer<number>().connect(), schema: picky(count) }).set('k', 1));
  expect((await refusal(1)).message).toMatch(/objects to the value itself$/);
  expect((await refusal(7)).message).toMatch(/objects to the value itself, 1, 2, 3, 4, and 2 more$/);
  expect((await refusal(7)).issues).toHaveLength(7);
});
