import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Cache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { beforeEach, describe, expect, test } from 'vitest';
import { cacheable, cached, cacheEvict, cachePut, controls, entityCache } from '../src/index.ts';
import { decorated } from './faces/decorated.ts';
import { decorated as decoratedByLegacy } from './legacy/decorated.ts';

const fresh = (): Cache<unknown> => new Cache<unknown>({ backend: memoryBackend() });
const ran: string[] = [];
const tick = (): Promise<void> => new Promise(setImmediate);

beforeEach(() => {
  ran.length = 0;
});

describe('stacks', () => {
  test('decorators nest, the nearest to the method innermost: put and evict around a cached body see its hits', async () => {
    const [near, far, log] = [fresh(), fresh(), fresh()];
    class Service {
      @cachePut(log, { key: 'last' })
      @cacheable(near, { key: 'near:{0}' })
      @cacheable(far, { key: 'far:{0}' })
      async load(id: number): Promise<string> {
        ran.push('load');
        return `${ran.length} of ${id}`;
      }
      @cacheEvict(near, { key: 'near:{0}' })
      @cacheEvict(far, { key: 'far:{0}' })
      async drop(_id: number): Promise<void> {}
    }
    const service = new Service();
    await service.load(1);
    await near.delete('near:1');
    expect(await service.load(1)).toBe('1 of 1');
    expect([await near.get('near:1'), await far.get('far:1'), await log.get('last')]).toEqual(Array(3).fill('1 of 1'));
    expect(await controls(service, 'load').refresh(1)).toBe('2 of 1');
    expect([await near.get('near:1'), await far.get('far:1')]).toEqual(['2 of 1', '2 of 1']);
    expect(await controls(service, 'load').invalidate(1)).toBe(true);
    expect([await near.has('near:1'), await far.has('far:1')]).toEqual([false, false]);
    await service.load(1);
    await service.drop(1);
    expect([await near.has('near:1'), await far.has('far:1')]).toEqual([false, false]);
    expect(ran).toEqual(['load', 'load', 'load']);
  });

  test('two cached layers of one key on one cache are one', async () => {
    const cache = fresh();
    class Service {
      @cacheable(cache, { key: 'k' })
      @cacheable(cache, { key: 'k' })
      async load(): Promise<number> {
        await tick();
        return ran.push('load');
      }
    }
    const service = new Service();
    expect([await service.load(), await service.load()]).toEqual([1, 1]);
  });
});

describe('what is not kept', () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');

  /** How many of what `make` makes are still there when nobody but our code could hold them. */
  async function kept(make: (round: number) => Promise<object>): Promise<number> {
    const refs: WeakRef<object>[] = [];
    for (let round = 0; round < 20; round++) refs.push(new WeakRef(await make(round)));
    for (let round = 0; round < 3; round++) {
      await tick();
      collect();
    }
    // The last one may still be in a register.
    return refs.slice(0, -1).filter((ref) => ref.deref() !== undefined).length;
  }

  test.each([
    ['the standard', decorated],
    ['experimentalDecorators', decoratedByLegacy],
  ])('no instance is held by its class, its cache or our tables: %s', async (_, make) => {
    const cache = fresh();
    const first = make(cacheable(cache, { key: 'k:{0}' }), async (id: number) => id);
    const Service = first.constructor as new () => { load(id: number): Promise<number> };
    const held = await kept(async (id) => {
      const service = new Service();
      await service.load(id);
      await controls(service, 'load').invalidate(id);
      return service;
    });
    expect(held).toBe(0);
  });

  test('no cached function is held by its cache, nor one of an entity', async () => {
    const cache = fresh();
    const things = entityCache<number, { id: number }>({ name: 'thing', key: ({ id }) => id, cache });
    const functions = await kept(async (id) => {
      const load = cached(cache, { name: 'load' }, async (one: number) => one);
      await load(id);
      return load;
    });
    const readers = await kept(async (id) => {
      const read = things.cached(async ({ id: one }: { id: number }) => one);
      await read({ id });
      return read;
    });
    expect([functions, readers]).toEqual([0, 0]);
  });

  test('no cache is held by the functions that found it', async () => {
    let current = fresh();
    class Service {
      @cacheable(() => current)
      async load(): Promise<number> {
        return 1;
      }
    }
    const service = new Service();
    const held = await kept(async () => {
      current = fresh();
      await service.load();
      return current;
    });
    expect(held).toBeLessThanOrEqual(1); // the current one
  });
});
