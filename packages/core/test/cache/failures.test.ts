import { describe, expect, it } from 'vitest';
import {
  Cache,
  CacheBackendError,
  CacheConnectionError,
  CacheSerializationError,
  CacheTimeoutError,
  type Logger,
  type Serializer,
  type Wire,
} from '../../src/index.ts';
import { inMemoryServer } from '../../src/testing/index.ts';
import { type AnyCache, faces, keysOf } from './faces.ts';

/** A backend whose every operation fails while `broken` is set. */
function breakable() {
  const state: { broken: unknown } = { broken: undefined };
  const inner = inMemoryServer<unknown>().connect();
  const backend = Object.fromEntries(
    Object.entries(inner).map(([name, member]) => [
      name,
      typeof member !== 'function' || name === 'onInvalidate'
        ? member
        : (...args: unknown[]) => {
            if (state.broken !== undefined) throw state.broken;
            return (member as (...all: unknown[]) => unknown).apply(inner, args);
          },
    ]),
  ) as unknown as typeof inner;
  return { backend, state };
}

const calls: [string, (cache: AnyCache<unknown>) => unknown, unknown][] = [
  ['get', (cache) => cache.get('k'), undefined],
  ['get with a fallback', (cache) => cache.get('k', 'fallback'), 'fallback'],
  ['lookup', (cache) => cache.lookup('k'), { hit: false }],
  ['getMany', (cache) => cache.getMany(['k', 'l']), new Map()],
  ['has', (cache) => cache.has('k'), false],
  ['ttl', (cache) => cache.ttl('k'), undefined],
  ['set', (cache) => cache.set('k', 1), false],
  ['setMany', (cache) => cache.setMany([['k', 1]]), undefined],
  ['delete', (cache) => cache.delete('k'), false],
  ['deleteMany', (cache) => cache.deleteMany(['k']), 0],
  ['expire', (cache) => cache.expire('k', 5), false],
  ['expireAt', (cache) => cache.expireAt('k', new Date(Date.now() + 1_000)), false],
  ['clear', (cache) => cache.clear(), undefined],
  ['invalidateTags', (cache) => cache.invalidateTags(['t']), undefined],
  ['keys', (cache) => keysOf(cache as never), []],
];

const thrown = async (call: () => unknown): Promise<unknown> =>
  Promise.resolve()
    .then(call)
    .then(
      () => expect.unreachable('it should have failed'),
      (error: unknown) => error,
    );

describe.each(faces)('failures, $name', ({ make }) => {
  it.each(calls)(
    '%s: a failure of the backend reaches the caller as it is, under the key of the caller (S16, R3)',
    async (_name, call) => {
      const { backend, state } = breakable();
      const { cache } = make({ backend, prefix: 'p:' });
      state.broken = new CacheTimeoutError('too slow', { key: 'p:k' });
      const error = await thrown(() => call(cache));
      expect(error).toBe(state.broken);
      expect(error).toMatchObject({ code: 'TIMEOUT' });
    },
  );

  it('the key of an error is the key of the caller, and so are its keys', async () => {
    const { backend, state } = breakable();
    const { cache } = make({ backend, prefix: 'p:' });
    state.broken = new CacheTimeoutError('too slow', { key: 'p:k' });
    expect(await thrown(() => cache.get('k'))).toMatchObject({ key: 'k' });
    state.broken = new CacheTimeoutError('too slow', { keys: ['p:k', 'p:l'] });
    expect(await thrown(() => cache.getMany(['k', 'l']))).toMatchObject({ keys: ['k', 'l'] });
    state.broken = new CacheTimeoutError('too slow');
    expect(await thrown(() => cache.has('k'))).toMatchObject({ key: 'k' });
  });

  it('what a backend throws that is no CacheError is the cause of one that names operation, key and backend (S18)', async () => {
    const { backend, state } = breakable();
    const { cache } = make({ backend, prefix: 'p:' });
    state.broken = new TypeError('socket is sad');
    const error = await thrown(() => cache.get('k'));
    expect(error).toBeInstanceOf(CacheBackendError);
    expect(error).toMatchObject({ code: 'BACKEND', key: 'k', cause: state.broken });
    expect((error as Error).message).toBe(
      'get of key "k": expected an answer of the backend in-memory server, got a failure (see cause)',
    );
    expect(await thrown(() => cache.deleteMany(['a', 'b']))).toMatchObject({ keys: ['a', 'b'] });
  });

  it.each(calls)(
    "%s: onError 'bypass' answers as an empty cache that stores nothing (R3, P17)",
    async (_name, call, answer) => {
      const { backend, state } = breakable();
      const logger: Logger = { warn: () => {} };
      const { cache } = make({ backend, onError: 'bypass', logger });
      state.broken = new CacheConnectionError('gone');
      expect(await call(cache)).toEqual(answer);
    },
  );

  it('every swallowed failure is an event, and the log speaks once per outage', async () => {
    const { backend, state } = breakable();
    const warnings: string[] = [];
    const { cache } = make({
      backend,
      name: 'users',
      onError: 'bypass',
      logger: { warn: (text) => warnings.push(text) },
    });
    const events: unknown[] = [];
    cache.on('error', (event) => events.push(event));
    const inner = cache.namespace('inner');
    for (let outage = 1; outage <= 2; outage++) {
      state.broken = new CacheConnectionError('gone');
      for (let n = 0; n < 3; n++) await cache.get('k');
      await inner.get('k');
      expect(warnings).toHaveLength(outage);
      state.broken = undefined;
      await cache.get('k');
    }
    expect(warnings[0]).toBe('cache users is bypassed until its backend answers again: CONNECTION, gone');
    expect(events).toHaveLength(8);
    expect(events[0]).toMatchObject({
      cache: 'users',
      operation: 'get',
      swallowed: true,
      error: { code: 'CONNECTION' },
    });
  });

  it('a logger that throws fails nothing', async () => {
    const { backend, state } = breakable();
    const logger: Logger = {
      warn() {
        throw new Error('disk full');
      },
    };
    const { cache } = make({ backend, onError: 'bypass', logger });
    state.broken = new CacheConnectionError('gone');
    expect(await cache.get('k', 1)).toBe(1);
  });

  it('without bypass a failure is an event all the same, and is not swallowed', async () => {
    const { backend, state } = breakable();
    const { cache } = make({ backend });
    const events: unknown[] = [];
    cache.on('error', (event) => events.push(event));
    state.broken = new Error('no');
    await thrown(() => cache.set('k', 1));
    expect(events).toMatchObject([{ operation: 'set', swallowed: false, error: { code: 'BACKEND' } }]);
  });

  it('mistakes of the program are thrown whatever onError says', async () => {
    const { cache } = make({ onError: 'bypass' });
    expect(await thrown(() => cache.get(''))).toMatchObject({ code: 'INVALID_KEY' });
    expect(await thrown(() => cache.set('k', 1, { ttl: 0 }))).toMatchObject({ code: 'INVALID_TTL' });
    expect(await thrown(() => cache.set('k', 1, { tll: 5 } as never))).toMatchObject({ code: 'INVALID_CONFIG' });
  });

  it('a backend that does not start is an error even with bypass: nothing was being served yet', async () => {
    const { backend, state } = breakable();
    const { cache } = make({ backend, onError: 'bypass' });
    state.broken = new CacheConnectionError('refused');
    expect(await thrown(() => cache.start())).toMatchObject({ code: 'CONNECTION' });
  });
});

const picky: Serializer<unknown, Wire> = {
  name: 'picky',
  serialize(value) {
    if (value === 'secret') throw new Error(`cannot write ${value}`);
    return String(value);
  },
  deserialize(wire) {
    if (wire.toString() === 'corrupt') throw new Error(`bad bytes: ${wire}`);
    return wire.toString();
  },
};

describe.each(faces)('a serializer that fails, $name', ({ make }) => {
  const over = () => ({ ...inMemoryServer<never>().connect(), stores: 'bytes' as const });

  it('refuses to write: an error that names the key and not the value, nothing stored, other keys of a bulk write neither', async () => {
    const { cache } = make({ backend: over(), serializer: picky });
    await cache.set('k', 'old');
    const error = await thrown(() => cache.set('k', 'secret'));
    expect(error).toBeInstanceOf(CacheSerializationError);
    expect(error).toMatchObject({ code: 'SERIALIZATION', key: 'k', cause: { message: 'cannot write secret' } });
    expect((error as Error).message).not.toContain('secret');
    expect(await cache.get('k')).toBe('old');
    const many = await thrown(() =>
      cache.setMany([
        ['a', 1],
        ['b', 'secret'],
        ['c', 'secret'],
      ]),
    );
    expect(many).toMatchObject({ code: 'SERIALIZATION', keys: ['b', 'c'] });
    expect(await cache.has('a')).toBe(false);
  });

  it('cannot read: an error and no miss, the entry stays, and a bulk read names every such key (D26)', async () => {
    const backend = over();
    const { cache } = make({ backend, serializer: picky, prefix: 'p:' });
    for (const key of ['a', 'b']) backend.set(`p:${key}`, 'corrupt' as never);
    backend.set('p:c', 'fine' as never);
    const error = await thrown(() => cache.get('a'));
    expect(error).toBeInstanceOf(CacheSerializationError);
    expect(error).toMatchObject({ key: 'a' });
    expect((error as Error).message).toBe('entry of key "p:a": expected bytes that picky wrote');
    expect(await cache.has('a')).toBe(true);
    expect(await thrown(() => cache.getMany(['c', 'a', 'b']))).toMatchObject({ keys: ['a', 'b'] });
  });

  it('is bypassed like a backend, with one warning for each kind of failure', async () => {
    const backend = over();
    const warnings: string[] = [];
    const logger: Logger = { warn: (text) => warnings.push(text) };
    const { cache } = make({ backend, serializer: picky, onError: 'bypass', logger });
    backend.set('cache:a', 'corrupt' as never);
    for (let n = 0; n < 3; n++) expect(await cache.get('a', 'loaded')).toBe('loaded');
    expect(await cache.set('b', 'secret')).toBe(false);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /^cache cache answers as if it had no such entry, now and from here on: SERIALIZATION, /,
    );
  });

  it('maxValueBytes refuses what is larger on the wire, in bytes and not in characters', async () => {
    const { cache } = make({ backend: over(), serializer: picky, maxValueBytes: 6 });
    expect(await cache.set('k', '€€')).toBe(true);
    const error = await thrown(() => cache.set('k', '€€x'));
    expect(error).toMatchObject({ code: 'SERIALIZATION', key: 'k' });
    expect((error as Error).message).toBe('value of key "cache:k": expected at most 6 bytes (maxValueBytes), got 7');
    expect(await cache.get('k')).toBe('€€');
    expect(() => make({ maxValueBytes: 6 })).toThrow('maxValueBytes: expected a serializer');
  });
});

it('the process is warned by default, once per outage', async () => {
  const { backend, state } = breakable();
  const cache = new Cache({ backend, onError: 'bypass' });
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
  state.broken = new CacheConnectionError('gone');
  await cache.get('k');
  expect(await warned).toMatchObject({
    name: 'CacheWarning',
    message: 'cache in-memory server is bypassed until its backend answers again: CONNECTION, gone',
  });
});
