import { Cache, SyncCache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { expect, test } from 'vitest';
import { cacheable, controls } from '../../src/index.ts';

const cache = new Cache<unknown>({ backend: memoryBackend() });
const now = new SyncCache<unknown>({ backend: memoryBackend() });
const ran: string[] = [];

class Service {
  @cacheable(cache)
  static async first(): Promise<string> {
    ran.push('first');
    return 'first';
  }

  @cacheable(now)
  get total(): number {
    ran.push('total');
    return 7;
  }

  @cacheable(cache)
  async load(id: number): Promise<number> {
    ran.push('load');
    return id;
  }
}

class Derived extends Service {}

test('static methods, getters and inherited methods by experimentalDecorators', async () => {
  const service = new Derived();
  expect([await Service.first(), await Service.first(), service.total, service.total]).toEqual([
    'first',
    'first',
    7,
    7,
  ]);
  expect([await service.load(1), await new Service().load(1)]).toEqual([1, 1]);
  expect(ran).toEqual(['first', 'total', 'load']);
  expect(controls(Service, 'first').keyFor()).toBe('Service.first:');
  expect(controls(service, 'total').invalidate()).toBe(true);
  expect(controls(service, 'load').keyFor(1)).toBe('Service.load:1');
});

test('a name that is a symbol, and super under the same key after an await, by experimentalDecorators', async () => {
  const find = Symbol('find');
  class Base {
    @cacheable(cache, { key: 'super:{0}', waitTimeout: '5s' })
    async open(id: number): Promise<string> {
      ran.push('base');
      return `base ${id}`;
    }
    @cacheable(cache)
    async [find](id: number): Promise<number> {
      ran.push('find');
      return id;
    }
  }
  class Heir extends Base {
    @cacheable(cache, { key: 'super:{0}', waitTimeout: '5s' })
    override async open(id: number): Promise<string> {
      ran.push('heir');
      await new Promise(setImmediate);
      return `heir ${await super.open(id)}`;
    }
    @cacheable(cache, { key: 'tree', waitTimeout: '5s' })
    async depth(levels: number): Promise<number> {
      await new Promise(setImmediate);
      return levels === 0 ? 0 : 1 + (await this.depth(levels - 1));
    }
  }
  ran.length = 0;
  const heir = new Heir();
  expect(await Promise.all([heir.open(1), heir.open(1)])).toEqual(['heir base 1', 'heir base 1']);
  expect([await heir[find](2), await heir[find](2)]).toEqual([2, 2]);
  expect(ran).toEqual(['heir', 'base', 'find']);
  expect(await Promise.all([heir.depth(2), heir.depth(2)])).toEqual([2, 2]);
  expect(controls(heir, find).keyFor(2)).toBe('Base.Symbol(find):2');
});

test('fields are refused with a hint', () => {
  const decorate = cacheable(cache) as unknown as (
    target: object,
    name: string,
    descriptor?: PropertyDescriptor,
  ) => void;
  expect(() => decorate({}, 'field')).toThrow(/expected a method or a getter, got a field; wrap functions in fields/);
});
