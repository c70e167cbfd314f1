import { describe, expect, it } from 'vitest';
import {
  Cache,
  CacheCapabilityError,
  CacheConfigError,
  CacheError,
  CacheKeyError,
  type CacheOptions,
  InvalidTtlError,
  SyncCache,
} from '../../src/index.ts';
import { inMemoryServer } from '../../src/testing/index.ts';
import { mapBackend } from '../compose/map-backend.ts';
import { type AnyCache, faces } from './faces.ts';
import { recording } from './recording.ts';

const thrown = async (call: () => unknown): Promise<CacheError> =>
  Promise.resolve()
    .then(call)
    .then(
      () => expect.unreachable('it should have been refused'),
      (error: unknown) => error as CacheError,
    );

const badKeys: [unknown, string][] = [
  ['', 'key: expected a non-empty string, got an empty one'],
  [undefined, 'key: expected a non-empty string, got undefined'],
  [null, 'key: expected a non-empty string, got null'],
  [42, 'key: expected a non-empty string, got number'],
  [{}, 'key: expected a non-empty string, got object'],
  [Symbol('k'), 'key: expected a non-empty string, got symbol'],
  ['\uD800', 'key: expected a well-formed string'],
  ['a\uDC00b', 'key: expected a well-formed string'],
  ['\u0000k', 'key: expected one that does not begin with U+0000'],
];

const withKey: [string, (cache: AnyCache<unknown>, key: string) => unknown][] = [
  ['get', (cache, key) => cache.get(key)],
  ['lookup', (cache, key) => cache.lookup(key)],
  ['getOrThrow', (cache, key) => cache.getOrThrow(key)],
  ['getMany', (cache, key) => cache.getMany(['fine', key])],
  ['has', (cache, key) => cache.has(key)],
  ['ttl', (cache, key) => cache.ttl(key)],
  ['set', (cache, key) => cache.set(key, 1)],
  [
    'setMany',
    (cache, key) =>
      cache.setMany([
        ['fine', 1],
        [key, 1],
      ]),
  ],
  ['delete', (cache, key) => cache.delete(key)],
  ['deleteMany', (cache, key) => cache.deleteMany(['fine', key])],
  ['expire', (cache, key) => cache.expire(key, 5)],
  ['expireAt', (cache, key) => cache.expireAt(key, new Date())],
  ['namespace', (cache, key) => cache.namespace(key)],
];

describe.each(faces)('bad input, $name', ({ make }) => {
  const fresh = (options: Partial<CacheOptions<unknown>> = {}) => {
    const { backend, calls } = recording(inMemoryServer<unknown>().connect());
    return { cache: make({ backend, ...options }).cache, calls };
  };

  describe.each(withKey)('%s', (_name, call) => {
    it.each(badKeys)('refuses the key %o before it asks the backend anything', async (key, message) => {
      const { cache, calls } = fresh();
      const error = await thrown(() => call(cache, key as string));
      expect(error).toBeInstanceOf(CacheKeyError);
      expect(error.code).toBe('INVALID_KEY');
      expect(error.message.startsWith(message)).toBe(true);
      expect(calls).toEqual([]);
    });
  });

  it.each(['a key', 5, null, undefined, {}, () => []])(
    'getMany, deleteMany and setMany refuse %o for an iterable',
    async (bad) => {
      const { cache, calls } = fresh();
      for (const call of [
        () => cache.getMany(bad as never),
        () => cache.deleteMany(bad as never),
        () => cache.setMany(bad as never),
      ])
        expect((await thrown(call)).message).toMatch(/expected an iterable such as an array, got /);
      expect(calls).toEqual([]);
    },
  );

  it('setMany refuses what is no pair', async () => {
    const { cache, calls } = fresh();
    for (const bad of [['ab'], [1], [null], [['k']], [['k', 1, 2]]]) {
      const error = await thrown(() => cache.setMany(bad as never));
      expect(error).toBeInstanceOf(CacheError);
      expect(error.message).toMatch(/^entries: expected \[key, value\] pairs, got /);
    }
    expect(calls).toEqual([]);
  });

  it('an option that does not exist, or is of another type, is refused with those that do', async () => {
    const { cache, calls } = fresh();
    const refused: [() => unknown, string][] = [
      [
        () => cache.set('k', 1, { tll: 5 } as never),
        'set: expected one of ttl, tags, staleWhileRevalidate, staleIfError, ifNotExists, got the unknown option "tll"',
      ],
      [() => cache.set('k', 1, 5 as never), 'set: expected an object of options, got number'],
      [() => cache.set('k', 1, null as never), 'set: expected an object of options, got null'],
      [() => cache.set('k', 1, { ifNotExists: 1 } as never), 'ifNotExists: expected true or false, got 1'],
      [() => cache.set('k', 1, { ifNotExists: null } as never), 'ifNotExists: expected true or false, got null'],
      [
        () => cache.setMany([], { ifNotExists: true } as never),
        'setMany: expected one of ttl, tags, staleWhileRevalidate, staleIfError, got the unknown option "ifNotExists"',
      ],
      [
        () => cache.namespace('n', { prefix: 'x' } as never),
        'namespace: expected one of schema, ttl, staleIfError, cacheErrors, onCorrupt, staleWhileRevalidate, refreshAhead, earlyExpiration, timeout, singleFlight, leaseTtl, waitTimeout, onWaitTimeout, got the unknown option "prefix"',
      ],
    ];
    for (const [call, message] of refused) {
      const error = await thrown(call);
      expect(error).toBeInstanceOf(CacheConfigError);
      expect(error.message).toBe(message);
    }
    expect(calls).toEqual([]);
  });

  it.each([{ staleWhileRevalidate: -1 }, { staleIfError: 'soon' }, { staleIfError: null }])(
    'the stale window %o is refused also where the entry never expires, and so has none',
    async (options) => {
      const { cache, calls } = fresh();
      for (const call of [
        () => cache.set('k', 1, options as never),
        () => cache.set('k', 1, { ttl: 5, ...options } as never),
        () => cache.setMany([['k', 1]], options as never),
      ])
        expect(await thrown(call)).toBeInstanceOf(InvalidTtlError);
      expect(calls).toEqual([]);
    },
  );

  it.each(['t', [''], [5], [undefined], ['\uD800'], {}, null])('tags that are %j are refused', async (tags) => {
    const { cache, calls } = fresh();
    for (const call of [
      () => cache.set('k', 1, { tags: tags as never }),
      () => cache.setMany([['k', 1]], { tags: tags as never }),
      () => cache.invalidateTags(tags as never),
    ])
      expect(await thrown(call)).toBeInstanceOf(CacheKeyError);
    expect(calls).toEqual([]);
  });

  it('tags on a backend that keeps none are refused before any side effect (S18, S20)', async () => {
    const { backend, calls } = recording(mapBackend());
    const { cache } = make({ backend });
    for (const call of [
      () => cache.set('k', 1, { tags: ['t'] }),
      () => cache.setMany([['k', 1]], { tags: ['t'] }),
      () => cache.invalidateTags(['t']),
      () => cache.invalidateTags([]),
    ]) {
      const error = await thrown(call);
      expect(error).toBeInstanceOf(CacheCapabilityError);
      expect(error.message).toBe('tags: expected a backend that keeps tags, got map');
    }
    expect(await cache.set('k', 1, { tags: [] })).toBe(true);
    expect(calls).toEqual(['set']);
  });

  const options: [Record<string, unknown>, string][] = [
    [{ backend: undefined }, 'backend: expected one, such as memoryBackend() makes, got undefined'],
    [{ backend: 'redis://app:secret@db:6379' }, 'backend: expected one, such as memoryBackend() makes, got string'],
    [{ backend: {} }, 'backend: expected one, such as memoryBackend() makes, got object'],
    [
      { serializer: {} },
      'serializer: expected one with serialize and deserialize (of a name: serializerFromUrl), got object',
    ],
    [{ prefix: 5 }, 'prefix: expected a string, got 5'],
    [{ version: '' }, 'version: expected a number or a non-empty string, got ""'],
    [{ version: {} }, 'version: expected a number or a non-empty string, got object'],
    [{ version: Number.NaN }, 'version: expected a number or a non-empty string, got NaN'],
    [{ name: '' }, 'name: expected a non-empty string, got ""'],
    [{ jitter: 2 }, 'jitter: expected a fraction from 0 to 1, got 2'],
    [{ jitter: -0.1 }, 'jitter: expected a fraction from 0 to 1, got -0.1'],
    [{ refreshAhead: '0.5' }, 'refreshAhead: expected a share of the ttl above 0 and below 1, got string'],
    [{ earlyExpiration: null }, 'earlyExpiration: expected true, false or { beta: a number above 0 }'],
    [{ onCorrupt: 5n }, `onCorrupt: expected 'load' or 'throw', got bigint`],
    [{ onWaitTimeout: null }, `onWaitTimeout: expected 'throw' or 'load', got null`],
    [{ maxValueBytes: 0 }, 'maxValueBytes: expected a number of bytes (at least 1), got 0'],
    [{ clock: {} }, 'clock: expected { now(): number }, got object'],
    [{ clock: null }, 'clock: expected { now(): number }, got null'],
    [{ logger: console.log }, 'logger: expected { warn(message) }, got function'],
    [{ enabled: 'no' }, 'enabled: expected true or false, got string'],
    [{ onError: 'ignore' }, `onError: expected 'throw' or 'bypass', got "ignore"`],
    [{ onInvalid: 1 }, `onInvalid: expected 'miss' or 'throw', got 1`],
  ];
  it.each(options)('the option %o is refused at construction', (given, message) => {
    expect(() => make(given)).toThrow(CacheConfigError);
    expect(() => make(given)).toThrow(message);
  });

  it('a prefix that no key could begin with is refused at construction', () => {
    expect(() => make({ prefix: '\u0000p' })).toThrow(CacheKeyError);
    expect(() => make({ prefix: 'p\uD800' })).toThrow(CacheKeyError);
  });
});

it.each([undefined, null, 5, 'memory://'])('new Cache(%o) says what it needs', (options) => {
  expect(() => new Cache(options as never)).toThrow(CacheConfigError);
  expect(() => new SyncCache(options as never)).toThrow(CacheConfigError);
});

it('a SyncCache over a backend that answers later says so at its first use, and leaves no rejection behind', async () => {
  const inner = inMemoryServer<number>().connect();
  const backend = { ...inner, get: () => Promise.reject(new Error('late')), keys: inner.keys };
  const cache = new SyncCache<number>({ backend: backend as never });
  expect(() => cache.get('k')).toThrow('SyncCache: expected an answer at once, got a promise');
  expect(() => cache.lookup('k')).toThrow(CacheCapabilityError);
  await new Promise(setImmediate);
});
