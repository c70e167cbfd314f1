import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import * as core from '../../src/index.ts';
import { Cache, CacheError, isCacheError } from '../../src/index.ts';
import { inMemoryServer } from '../../src/testing/index.ts';

const classes = [
  ['CacheError', 'CACHE_ERROR', 'CacheError'],
  ['InvalidTtlError', 'INVALID_TTL', 'CacheError'],
  ['CacheKeyError', 'INVALID_KEY', 'CacheError'],
  ['CacheConfigError', 'INVALID_CONFIG', 'CacheError'],
  ['CacheCapabilityError', 'MISSING_CAPABILITY', 'CacheError'],
  ['CacheMissError', 'MISS', 'CacheError'],
  ['CacheSerializationError', 'SERIALIZATION', 'CacheError'],
  ['CacheValidationError', 'VALIDATION', 'CacheError'],
  ['CacheBackendError', 'BACKEND', 'CacheError'],
  ['CacheConnectionError', 'CONNECTION', 'CacheBackendError'],
  ['CacheTimeoutError', 'TIMEOUT', 'CacheBackendError'],
  ['CacheLeaseTimeoutError', 'LEASE_TIMEOUT', 'CacheBackendError'],
] as const;

const classOf = (module: typeof core, name: (typeof classes)[number][0]): typeof CacheError =>
  Reflect.get(module, name);

describe.each(classes)('%s', (name, code, base) => {
  const make = (module: typeof core, details = {}): CacheError =>
    new (classOf(module, name))('what: expected x, got y', details);

  it('has a name, a stable code, the key or keys and the cause it is given (S18)', () => {
    const cause = new Error('why');
    const error = make(core, { key: 'k', keys: ['k', 'l'], cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(CacheError);
    expect(error).toBeInstanceOf(classOf(core, base));
    expect(error).toMatchObject({ name, code, key: 'k', keys: ['k', 'l'], cause, message: 'what: expected x, got y' });
    const bare = make(core);
    expect(bare.code).toBe(code);
    expect('key' in bare).toBe(false);
    expect('keys' in bare).toBe(false);
    expect('cause' in bare).toBe(false);
  });

  it('is known to another copy of core, which has classes of its own', async () => {
    vi.resetModules();
    const other = (await import('../../src/index.ts')) as typeof core;
    expect(other.CacheError).not.toBe(CacheError);
    const error = make(other);
    expect(error).not.toBeInstanceOf(CacheError);
    expect(isCacheError(error)).toBe(true);
    expect(other.isCacheError(make(core))).toBe(true);
  });
});

it.each([undefined, null, 'error', 5, {}, new Error('x'), { code: 'MISS', name: 'CacheMissError' }])(
  'isCacheError(%o) is false',
  (other) => {
    expect(isCacheError(other)).toBe(false);
  },
);

it('a failure made by another copy of core is passed on and bypassed like one of ours', async () => {
  vi.resetModules();
  const other = (await import('../../src/index.ts')) as typeof core;
  const backend = { ...inMemoryServer<number>().connect() };
  const failure = new other.CacheTimeoutError('slow', { key: 'p:k' });
  backend.get = () => {
    throw failure;
  };
  await expect(new Cache({ backend, prefix: 'p:' }).get('k')).rejects.toBe(failure);
  expect(failure.key).toBe('k');
  const warned: string[] = [];
  const logger = { warn: (text: string) => warned.push(text) };
  expect(await new Cache({ backend, onError: 'bypass', logger }).get('k')).toBeUndefined();
  expect(warned).toHaveLength(1);
});

describe('a credential', () => {
  const password = 'hunter2-s3cret';

  it('in a backend, its options or its values is nowhere to be seen in a cache or its errors', async () => {
    const backend = Object.assign(inMemoryServer<unknown>().connect(), { options: { password } });
    const cache = new Cache<unknown>({ backend, isolate: 'freeze' });
    const events: unknown[] = [];
    cache.on('error', (event) => events.push(event));
    cache.on('set', (event) => events.push(event));
    await cache.set('k', { password });
    const shown = [cache, cache.namespace('n'), cache.stats(), await cache.health(), ...events];
    const errors = await Promise.all([
      cache.set('m', new Map([['password', password]])).catch((error: unknown) => error),
      cache.set('k', password, { ttl: password as never }).catch(() => undefined),
      cache.getOrThrow('absent').catch((error: unknown) => error),
    ]);
    for (const each of [...shown, errors[0], errors[2]]) {
      expect(inspect(each, { depth: 10, showHidden: false })).not.toContain(password);
      expect(JSON.stringify(each) ?? '').not.toContain(password);
      if (each instanceof Error) expect(`${each.stack} ${each.message}`).not.toContain(password);
    }
  });

  it('in a URL that a backend put into the message of its error is masked, in causes too', async () => {
    const backend = { ...inMemoryServer<unknown>().connect() };
    backend.get = () => {
      throw new Error(`connect ECONNREFUSED redis://app:${password}@db:6379/0`, {
        cause: new Error(`rediss://:${password}@db: no`),
      });
    };
    const warned: string[] = [];
    const seen: unknown[] = [];
    const cache = new Cache({ backend });
    const soft = new Cache({ backend, onError: 'bypass', logger: { warn: (text) => warned.push(text) } });
    soft.on('error', (event) => seen.push(event));
    await soft.get('k');
    const error = (await cache.get('k').catch((thrown: unknown) => thrown)) as CacheError;
    expect((error.cause as Error).message).toBe('connect ECONNREFUSED redis://***@db:6379/0');
    backend.get = () => {
      throw `no route to redis://:${password}@db`;
    };
    const text = (await cache.get('k').catch((thrown: unknown) => thrown)) as CacheError;
    expect(text.cause).toBe('no route to redis://***@db');
    for (const each of [error, ...seen, ...warned]) expect(inspect(each, { depth: 10 })).not.toContain(password);
  });
});
