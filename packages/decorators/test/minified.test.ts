import { runInNewContext } from 'node:vm';
import { Cache, CacheKeyError } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { cacheable, cached } from '../src/index.ts';

/** Runs `source` as esbuild's minifier leaves it, names of functions and classes included. */
async function minified<T>(source: string, scope: object): Promise<T> {
  const { code } = await transform(`globalThis.made = (() => { ${source} })();`, {
    minify: true,
    loader: 'ts',
    target: 'es2022',
  });
  const sandbox = { ...scope, made: undefined as T };
  runInNewContext(code, sandbox);
  return sandbox.made;
}

const fresh = (): Cache<unknown> => new Cache<unknown>({ backend: memoryBackend() });

describe('after esbuild --minify', () => {
  test('default keys of functions fail loudly without name, and work with it (R12)', async () => {
    const cache = fresh();
    const source = `
      async function loadUser(userId) { return 'user ' + userId }
      async function loadOrder(orderId) { return 'order ' + orderId }
      return [(options) => cached(cache, options, loadUser), (options) => cached(cache, options, loadOrder)]`;
    const [user, order] = await minified<((options: object) => (id: number) => Promise<string>)[]>(source, {
      cache,
      cached,
    });
    expect(() => user?.({})).toThrow(/as a minifier would; give `name` or `key`/);
    expect(() => order?.({})).toThrow(CacheKeyError);
    expect(await user?.({ name: 'loadUser' })(1)).toBe('user 1');
    expect(await order?.({ name: 'loadOrder' })(1)).toBe('order 1');
  });

  test('default keys of methods fail loudly, and work with name (R12)', async () => {
    const cache = fresh();
    const source = `
      class UserService { @cacheable(cache) async load(userId) { return 'user ' + userId } }
      class OrderService { @cacheable(cache) async load(orderId) { return 'order ' + orderId } }
      class NamedService { @cacheable(cache, { name: 'Named.load' }) async load(id) { return 'named ' + id } }
      return [new UserService(), new OrderService(), new NamedService()]`;
    const services = await minified<{ load(id: number): Promise<string> }[]>(source, { cache, cacheable });
    const outcomes = await Promise.allSettled(services.map((service) => service.load(1)));
    // Refused, or right under a name that the minifier kept: never the other's value.
    for (const outcome of outcomes.slice(0, 2))
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(CacheKeyError);
    expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'refused'))).toEqual([
      expect.stringMatching(/^(user 1|refused)$/),
      expect.stringMatching(/^(order 1|refused)$/),
      'named 1',
    ]);
  });

  test('templates by name fail loudly or keep working, and never take one parameter for another (R13)', async () => {
    const cache = fresh();
    const source = `
      return {
        named: cached(cache, { key: 'user:{userId}:{page}' }, async (userId, page) => 'named'),
        short: cached(cache, { key: 'short:{a}:{b}' }, async (b, a) => 'short'),
        id: cached(cache, { key: 'id:{id}' }, async (other, id) => 'id'),
        index: cached(cache, { key: 'index:{1}:{0}' }, async (userId, page) => 'index'),
        params: cached(cache, { key: 'params:{userId}:{page}', params: ['userId', 'page'] }, async (userId, page) => 'params'),
        typed: cached(cache, { key: (userId, page) => 'typed:' + userId + ':' + page }, async (userId, page) => 'typed'),
        property: cached(cache, { key: 'property:{userId}' }, async ({ userId }) => 'property'),
      }`;
    const made = await minified<
      Record<string, ((...args: unknown[]) => Promise<string>) & { keyFor(...args: unknown[]): string }>
    >(source, { cache, cached });
    for (const name of ['named', 'short', 'id'])
      expect(() => made[name]?.keyFor('first', 'second')).toThrow(/known names: .*give `params` or a key function/);
    expect(made.index?.keyFor('first', 'second')).toBe('index:second:first');
    expect(made.params?.keyFor('first', 'second')).toBe('params:first:second');
    expect(made.typed?.keyFor('first', 'second')).toBe('typed:first:second');
    expect(made.property?.keyFor(Object.create(null, { userId: { value: 'x', enumerable: true } }))).toBe('property:x');
    expect(await made.params?.('first', 'second')).toBe('params');
  });
});
