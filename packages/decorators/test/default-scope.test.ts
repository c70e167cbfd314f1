import { Cache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { beforeEach, describe, expect, test } from 'vitest';
import { cacheable } from '../src/index.ts';

const fresh = (): Cache<unknown> => new Cache<unknown>({ backend: memoryBackend() });
const ran: string[] = [];
const _tick = (): Promise<void> => new Promise(setImmediate);

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
