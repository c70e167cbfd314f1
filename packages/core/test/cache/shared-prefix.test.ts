import { describe, expect, it } from 'vitest';
import { Cache, type CacheOptions, SyncCache } from '../../src/index.ts';
import { inMemoryServer } from '../../src/testing/index.ts';

function backendWatched() {
  const warnings: string[] = [];
  const backend = inMemoryServer<number>().connect();
  const logger = { warn: (message: string) => void warnings.push(message) };
  const make = (options: Partial<CacheOptions<number>> = {}) => new Cache<number>({ backend, logger, ...options });
  return { backend, logger, warnings, make };
}

describe('two caches with one prefix above one backend object', () => {
  it('see the same entries, and are warned of once', async () => {
    const { warnings, make } = backendWatched();
    const users = make({ prefix: 'app:' });
    const orders = make({ prefix: 'app:' });
    make({ prefix: 'app:' });
    expect(warnings).toEqual([
      'cache app: expected a prefix of its own, got "app:", which another cache on this backend has: they share their entries. Give it another, or both one name if they are meant to be one',
    ]);
    await users.set('1', 1);
    expect(await orders.get('1')).toBe(1);
  });

  it('are warned of without a prefix, and with names that differ, and with two faces', () => {
    const { backend, logger, warnings, make } = backendWatched();
    make();
    new SyncCache<number>({ backend, logger });
    expect(warnings).toHaveLength(1);
    make({ prefix: 'p:', name: 'users' });
    make({ prefix: 'p:', name: 'orders' });
    expect(warnings).toHaveLength(2);
  });

  it('are one cache made twice when both have the same name, or when the first was closed', async () => {
    const { warnings, make } = backendWatched();
    make({ prefix: 'a:', name: 'users' });
    make({ prefix: 'a:', name: 'users' });
    const first = make({ prefix: 'b:' });
    await first.close();
    make({ prefix: 'b:' });
    expect(warnings).toEqual([]);
    make({ prefix: 'b:' });
    expect(warnings).toHaveLength(1);
  });
});

it('caches with prefixes, versions or backend objects of their own, namespaces and other faces of a cache are warned of by nobody', () => {
  const { backend, logger, warnings, make } = backendWatched();
  const cache = make({ prefix: 'a:' });
  cache.namespace('n');
  cache.namespace('n');
  make({ prefix: 'b:' });
  make({ prefix: 'a:', version: 2 });
  backendWatched().make({ prefix: 'a:', logger });
  new SyncCache<number>({ backend, prefix: 'sync:', logger }).asCache();
  expect(warnings).toEqual([]);
});

it('of the prefixes above one backend the last thousand are remembered', () => {
  const { warnings, make } = backendWatched();
  for (let n = 0; n <= 1_000; n++) make({ prefix: `tenant${n}:` });
  make({ prefix: 'tenant1000:' });
  make({ prefix: 'tenant1:' });
  expect(warnings).toHaveLength(2);
  make({ prefix: 'tenant0:' });
  expect(warnings).toHaveLength(2);
});
