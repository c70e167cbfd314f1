import { Cache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { beforeEach, describe, expect, test } from 'vitest';
import { cacheable, cached } from '../src/index.ts';

const fresh = (): Cache<unknown> => new Cache<unknown>({ backend: memoryBackend() });
const ran: string[] = [];

beforeEach(() => {
  ran.length = 0;
});

describe('default names', () => {
  test('a method called without its object, or of a class with a name of a minifier, is refused', async () => {
    const cache = fresh();
    class Service {
      @cacheable(cache)
      async load(): Promise<number> {
        return 1;
      }
    }
    const { load } = new Service();
    await expect(load()).rejects.toThrow(/to be called on an object of its class/);
    const Minified = (() => {
      class a {
        @cacheable(cache)
        async load(): Promise<number> {
          return 1;
        }
      }
      return a;
    })();
    await expect(new Minified().load()).rejects.toThrow(/a class named "a", as a minifier would; give `name` or `key`/);
  });

  test('two functions of one name and different source are refused at first use, and both are left alone by it', async () => {
    const cache = fresh();
    const one = cached(cache, {}, async function find(id: number) {
      return `user ${id}`;
    });
    const other = cached(cache, {}, async function find(id: number) {
      return `order ${id}`;
    });
    expect(await one(1)).toBe('user 1');
    await expect(other(1)).rejects.toThrow(
      /expected default keys of its own, got "find", which another function .*; give one of them `name` or `key`/,
    );
    await expect(other.invalidate(1)).rejects.toThrow(/which another function/);
    expect(await one.peek(1)).toBe('user 1');
  });

  test('two classes of one name and different source do not share default keys on one cache', async () => {
    const cache = fresh();
    const first = (() => {
      class Service {
        @cacheable(cache)
        async load(): Promise<number> {
          return 1;
        }
      }
      return new Service();
    })();
    const second = (() => {
      class Service {
        @cacheable(cache)
        async load(): Promise<number> {
          return 2;
        }
      }
      return new Service();
    })();
    expect(await first.load()).toBe(1);
    await expect(second.load()).rejects.toThrow(/which another function on the same cache has/);
    expect(await first.load()).toBe(1);
  });
});
