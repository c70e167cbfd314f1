import { Cache, SyncCache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { beforeEach, describe, expect, test } from 'vitest';
import { cacheable } from '../src/index.ts';

const fresh = (): Cache<unknown> => new Cache<unknown>({ backend: memoryBackend() });
const ran: string[] = [];
const tick = (): Promise<void> => new Promise(setImmediate);

beforeEach(() => {
  ran.length = 0;
});

describe('methods that call themselves, or what they override', () => {
  test('super runs through the cache of the overridden method under default keys, at once and after an await', async () => {
    const cache = fresh();
    class Base {
      @cacheable(cache)
      async load(id: number): Promise<string> {
        ran.push('base');
        return `base ${id}`;
      }
    }
    class Derived extends Base {
      @cacheable(cache)
      override async load(id: number): Promise<string> {
        ran.push('derived');
        await tick();
        return `derived ${await super.load(id)}`;
      }
    }
    const derived = new Derived();
    expect(await Promise.all([derived.load(1), derived.load(1)])).toEqual(['derived base 1', 'derived base 1']);
    expect(await derived.load(1)).toBe('derived base 1');
    expect(ran).toEqual(['derived', 'base']);
    expect([await cache.has('Base.load:1'), await cache.has('Derived.load:1')]).toEqual([true, true]);
  });

  test.each(['at once', 'after an await'])(
    'super under the same key runs the body %s: no second load, no deadlock',
    async (when) => {
      const cache = fresh();
      class Base {
        @cacheable(cache, { key: 'user:{0}' })
        async load(id: number): Promise<string> {
          ran.push('base');
          return `base ${id}`;
        }
      }
      class Derived extends Base {
        @cacheable(cache, { key: 'user:{0}' })
        override async load(id: number): Promise<string> {
          ran.push('derived');
          if (when === 'after an await') await tick();
          return `derived ${await super.load(id)}`;
        }
      }
      const derived = new Derived();
      expect(await Promise.all([derived.load(1), derived.load(1), derived.load(1)])).toEqual(
        Array(3).fill('derived base 1'),
      );
      expect(await new Base().load(1)).toBe('derived base 1');
      expect(ran).toEqual(['derived', 'base']);
    },
  );

  test('recursion is cached for other keys, and runs the body for its own', async () => {
    const cache = fresh();
    class Maths {
      @cacheable(cache)
      async fib(n: number): Promise<number> {
        ran.push(`fib ${n}`);
        return n < 2 ? n : (await this.fib(n - 1)) + (await this.fib(n - 2));
      }
      @cacheable(cache, { key: 'tree' })
      async depth(levels: number): Promise<number> {
        ran.push(`depth ${levels}`);
        return levels === 0 ? 0 : 1 + (await this.depth(levels - 1));
      }
    }
    const maths = new Maths();
    expect(await maths.fib(30)).toBe(832_040);
    expect(ran).toHaveLength(31);
    expect(await maths.depth(3)).toBe(3);
    expect(ran.slice(31)).toEqual(['depth 3', 'depth 2', 'depth 1', 'depth 0']);
    expect(await maths.depth(9)).toBe(3);
  });

  test('sync recursion and super, over a SyncCache', () => {
    const cache = new SyncCache<unknown>({ backend: memoryBackend() });
    class Base {
      @cacheable(cache, { key: 'k' })
      value(): number {
        ran.push('base');
        return 1;
      }
      @cacheable(cache)
      fib(n: number): number {
        ran.push('fib');
        return n < 2 ? n : this.fib(n - 1) + this.fib(n - 2);
      }
    }
    class Derived extends Base {
      @cacheable(cache, { key: 'k' })
      override value(): number {
        ran.push('derived');
        return super.value() + 1;
      }
    }
    const derived = new Derived();
    expect([derived.value(), derived.value()]).toEqual([2, 2]);
    expect(ran).toEqual(['derived', 'base']);
    expect(derived.fib(30)).toBe(832_040);
    expect(ran).toHaveLength(33);
  });

  test.each(['at once', 'after an await'])(
    'recursion into its own key runs the body %s: no second load for others, no deadlock',
    async (when) => {
      const cache = fresh();
      class Maths {
        @cacheable(cache, { key: 'tree', waitTimeout: '5s' })
        async depth(levels: number): Promise<number> {
          ran.push(`depth ${levels}`);
          if (when === 'after an await') await tick();
          return levels === 0 ? 0 : 1 + (await this.depth(levels - 1));
        }
      }
      const maths = new Maths();
      const callers = Array.from({ length: 1_000 }, () => maths.depth(3));
      expect(new Set(await Promise.all(callers))).toEqual(new Set([3]));
      expect(ran).toEqual(['depth 3', 'depth 2', 'depth 1', 'depth 0']);
      expect(await maths.depth(9)).toBe(3);
    },
  );

  test('recursion after an await: static, a getter, in another class, with a failure in it, and again afterwards', async () => {
    const cache = fresh();
    let broken = true;
    class Tree {
      left = 2;
      @cacheable(cache, { key: 'static', waitTimeout: '5s' })
      static async grow(levels: number): Promise<number> {
        await tick();
        return levels === 0 ? 0 : 1 + (await Tree.grow(levels - 1));
      }
      @cacheable(cache, { key: 'getter', waitTimeout: '5s' })
      get size(): Promise<number> {
        return tick().then(async () => (--this.left < 0 ? 0 : 1 + (await this.size)));
      }
      @cacheable(cache, { key: 'failing', waitTimeout: '5s' })
      async fail(levels: number): Promise<number> {
        await tick();
        if (levels === 0 && broken) throw new Error('no');
        return levels === 0 ? 0 : 1 + (await this.fail(levels - 1));
      }
    }
    const tree = new Tree();
    expect(await Promise.all([Tree.grow(2), tree.size, Tree.grow(2)])).toEqual([2, 2, 2]);
    await expect(Promise.all([tree.fail(2), tree.fail(2)])).rejects.toThrow('no');
    broken = false;
    expect(await Promise.all([tree.fail(2), tree.fail(2)])).toEqual([2, 2]);
  });

  test('a call of the same key from outside waits for a load that may call itself, and never runs the body beside it', async () => {
    const cache = fresh();
    class Maths {
      @cacheable(cache, { key: 'k', waitTimeout: '5s' })
      async load(levels: number): Promise<string> {
        ran.push(`load ${levels}`);
        await tick();
        if (levels > 0) await this.load(levels - 1);
        await tick();
        return `load ${levels}`;
      }
    }
    const maths = new Maths();
    const first = maths.load(1);
    for (let turn = 0; turn < 3; turn++) await tick();
    // Begun in no load: neither within the one that runs, nor within what it left behind.
    expect(await Promise.all([maths.load(5), first])).toEqual(['load 1', 'load 1']);
    expect(ran).toEqual(['load 1', 'load 0']);
  });

  test('super of a static method under the same key runs the body after an await', async () => {
    const cache = fresh();
    class Base {
      readonly zone = 'eu';
      @cacheable(cache, { key: 'user:{0}', waitTimeout: '5s' })
      static async load(id: number): Promise<string> {
        return `base ${id}`;
      }
    }
    class Derived extends Base {
      @cacheable(cache, { key: 'user:{0}', waitTimeout: '5s' })
      static override async load(id: number): Promise<string> {
        await tick();
        // biome-ignore lint/complexity/noThisInStatic: super of a static method is what is tested
        return `derived ${await super.load(id)}`;
      }
    }
    expect(await Promise.all([Derived.load(1), Derived.load(1)])).toEqual(['derived base 1', 'derived base 1']);
  });

  test('a longer way round to its own key, which nothing shows before Node 24, ends by waitTimeout and says what to look for', async () => {
    const cache = fresh();
    class Ring {
      @cacheable(cache, { key: 'ring', waitTimeout: 50 })
      async first(rounds: number): Promise<string> {
        await tick();
        return rounds === 0 ? 'all the way round' : this.second(rounds);
      }
      async second(rounds: number): Promise<string> {
        await tick();
        return this.first(rounds - 1);
      }
    }
    const outcome = new Ring().first(3);
    if (Number(process.versions.node.split('.')[0]) < 24)
      await expect(outcome).rejects.toThrow(/look for a loader that waits for its own key/);
    else await expect(outcome).resolves.toBe('all the way round');
  });
});
