import { Cache, CacheConfigError, CacheKeyError, SyncCache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { beforeEach, describe, expect, test } from 'vitest';
import { cacheable, controls } from '../src/index.ts';

const fresh = (): Cache<unknown> => new Cache<unknown>({ backend: memoryBackend() });
const ran: string[] = [];

beforeEach(() => {
  ran.length = 0;
});

describe('members of classes', () => {
  test('methods, static methods, getters and names that are symbols, async and sync', async () => {
    const cache = fresh();
    const now = new SyncCache<unknown>({ backend: memoryBackend() });
    const find = Symbol('find');
    class Service {
      static readonly zone: string = 'eu';
      id = 7;
      @cacheable(cache)
      static async load(id: number): Promise<string> {
        ran.push('static load');
        // biome-ignore lint/complexity/noThisInStatic: that it is the class is what is tested
        return `${this.zone}:${id}`;
      }
      @cacheable(cache)
      async load(id: number): Promise<string> {
        ran.push('load');
        return `${this.id}:${id}`;
      }
      @cacheable(cache)
      async [find](id: number): Promise<number> {
        ran.push('find');
        return id;
      }
      @cacheable(cache)
      get total(): Promise<number> {
        ran.push('total');
        return Promise.resolve(this.id * 2);
      }
      @cacheable(now)
      double(value: number): number {
        ran.push('double');
        return value * 2;
      }
      @cacheable(now, { key: 'area:{this.id}' })
      get area(): number {
        ran.push('area');
        return this.id * this.id;
      }
    }
    const service = new Service();
    await expect(Service.load(1)).resolves.toBe('eu:1');
    // The same name on the class and on its instances would share keys on one cache.
    await expect(service.load(1)).rejects.toThrow(CacheKeyError);
    expect([await service[find](1), await service[find](1)]).toEqual([1, 1]);
    expect([await service.total, await service.total]).toEqual([14, 14]);
    expect([service.double(2), service.double(2)]).toEqual([4, 4]);
    expect([service.area, service.area]).toEqual([49, 49]);
    expect(ran).toEqual(['static load', 'find', 'total', 'double', 'area']);
    expect(controls(Service, 'load').keyFor(1)).toBe('Service.load:1');
    expect(controls(service, find).keyFor(1)).toBe('Service.Symbol(find):1');
    expect(controls(service, 'area').peek()).toBe(49);
    expect(controls(service, 'area').invalidate()).toBe(true);
    expect(service.area).toBe(49);
    expect(await controls(service, 'total').invalidate()).toBe(true);
    expect(ran).toEqual(['static load', 'find', 'total', 'double', 'area', 'area']);
  });

  test('private methods, with name or key', async () => {
    const cache = fresh();
    class Vault {
      @cacheable(cache, { name: 'Vault.open' })
      async #open(id: number): Promise<number> {
        ran.push('open');
        return id;
      }
      @cacheable(cache, { key: 'vault:{0}' })
      static async #look(id: number): Promise<number> {
        ran.push('look');
        return id;
      }
      open(id: number): Promise<number> {
        return this.#open(id);
      }
      static look(id: number): Promise<number> {
        return Vault.#look(id);
      }
    }
    const vault = new Vault();
    expect([await vault.open(1), await vault.open(1), await Vault.look(2), await Vault.look(2)]).toEqual([1, 1, 2, 2]);
    expect(await cache.get('Vault.open:1')).toBe(1);
    expect(ran).toEqual(['open', 'look']);
    expect(() => {
      class Nameless {
        @cacheable(cache)
        async #open(): Promise<number> {
          return 1;
        }
        open(): Promise<number> {
          return this.#open();
        }
      }
      return Nameless;
    }).toThrow(CacheConfigError);
  });

  test('fields, accessors, setters and classes are refused with a hint', () => {
    const decorate = cacheable(fresh()) as unknown as (value: unknown, context: { kind: string; name: string }) => void;
    for (const kind of ['field', 'accessor', 'setter', 'class'])
      expect(() => decorate(undefined, { kind, name: 'x' })).toThrow(/expected a method or a getter, got a/);
    expect(() => (cacheable(fresh()) as unknown as (target: unknown) => void)(class {})).toThrow(/got a class/);
  });

  test('controls of what is not cached are refused', () => {
    const plain = { load: async () => 1, name: 'x' };
    expect(() => controls(plain, 'load')).toThrow(/expected a method or a getter with @cacheable, got load without/);
    expect(() => controls(plain, 'name')).toThrow(CacheConfigError);
    expect(() => controls(plain, 'nothing' as never)).toThrow(CacheConfigError);
  });

  test('generators are refused when the class is made', () => {
    expect(() => {
      class Rows {
        // @ts-expect-error: a generator returns no promise
        @cacheable(fresh())
        *rows(): Generator<number> {
          yield 1;
        }
      }
      return Rows;
    }).toThrow(/expected a function whose result can be read many times, got a generator/);
  });
});

describe('classes that inherit', () => {
  test('an inherited method has the keys of the class that declares it', async () => {
    const cache = fresh();
    class Base {
      @cacheable(cache)
      async load(id: number): Promise<string> {
        ran.push('base');
        return `base ${id}`;
      }
    }
    class Derived extends Base {}
    expect([await new Derived().load(1), await new Base().load(1)]).toEqual(['base 1', 'base 1']);
    expect(ran).toEqual(['base']);
    expect(controls(new Derived(), 'load').keyFor(1)).toBe('Base.load:1');
  });
});
