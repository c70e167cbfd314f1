import { Cache, CacheKeyError } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { describe, expect, test } from 'vitest';
import { cacheable, cached, controls, invalidateAfter, refreshAfter } from '../src/index.ts';
import { faces } from './faces/writer.ts';

const fresh = (): Cache<unknown> => new Cache<unknown>({ backend: memoryBackend() });

const fail = async (): Promise<never> => {
  throw new Error('no');
};

describe.each(Object.entries(faces))('a writer tied to a reader: %s', (_, face) => {
  const reader = () => {
    let version = 0;
    const cache = fresh();
    const load = cached(cache, { key: (id: number) => `user:${id}` }, async (id: number) => `${id} v${version}`);
    const bump = async (..._args: unknown[]): Promise<string> => {
      version++;
      return 'saved';
    };
    return { cache, load, bump };
  };

  test('invalidateAfter removes the entry of the same arguments after success, and hands the result on (B9)', async () => {
    const { load, bump } = reader();
    await load(1);
    await load(2);
    expect(await face(invalidateAfter(load), bump)(1)).toBe('saved');
    expect([await load(1), await load(2)]).toEqual(['1 v1', '2 v0']);
    await expect(face(invalidateAfter(load), fail)(1)).rejects.toThrow('no');
    expect(await load.peek(1)).toBe('1 v1');
  });

  test('args and argsFromResult say which call of the reader it is', async () => {
    const { load, bump } = reader();
    await load(1);
    await face(invalidateAfter(load, { args: (user: { id: number }) => [user.id] } as never), bump)({ id: 1 });
    expect(await load.peek(1)).toBe(undefined);
    await load(7);
    await face(invalidateAfter(load, { argsFromResult: (id: number) => [id] } as never), async () => 7)();
    expect(await load.peek(7)).toBe(undefined);
  });

  test('refreshAfter stores what the reader returns anew, and hands the result of the writer on (R27, B10, D31)', async () => {
    const { load, bump } = reader();
    await load(1);
    expect(await face(refreshAfter(load), bump)(1)).toBe('saved');
    expect(await load.peek(1)).toBe('1 v1');
    await expect(face(refreshAfter(load), fail)(1)).rejects.toThrow('no');
    expect(await load.peek(1)).toBe('1 v1');
  });

  test('a refresh that fails leaves the entry removed, and reaches the caller or becomes a warning (R27)', async () => {
    let broken = false;
    const cache = fresh();
    const load = cached(cache, { key: 'k' }, async () => {
      if (broken) throw new Error('source down');
      return 1;
    });
    const write = async (): Promise<string> => {
      broken = true;
      return 'saved';
    };
    await load();
    await expect(face(refreshAfter(load), write)()).rejects.toThrow('source down');
    expect(await load.peek()).toBe(undefined);
    const warnings: string[] = [];
    const listen = (warning: Error): void => void warnings.push(`${warning.name}: ${warning.message}`);
    process.on('warning', listen);
    expect(await face(refreshAfter(load, { onRefreshError: 'warn' } as never), write)()).toBe('saved');
    await new Promise(setImmediate);
    process.off('warning', listen);
    expect(warnings).toEqual(['CacheWarning: refreshAfter: the entry was removed, but refreshing it failed']);
  });

  test('a key that cannot be built is found before the body of the writer runs (R14)', async () => {
    let runs = 0;
    const load = cached(fresh(), { key: '{0.id}' } as never, async (_user: { id: number }) => 1);
    await expect(face(invalidateAfter(load), async () => ++runs)(5)).rejects.toThrow(CacheKeyError);
    expect(runs).toBe(0);
  });

  test('a reader without a cache is refused', async () => {
    expect(() => face(invalidateAfter((async () => 1) as never), fail)).toThrow(
      /expected a cached function or the name/,
    );
    await expect(face(invalidateAfter('nothing' as never), async () => 1)()).rejects.toThrow(
      /nothing without @cacheable/,
    );
  });
});

test('methods name the cached method of the same object', async () => {
  const cache = fresh();
  class Users {
    readonly names = new Map([[1, 'Ada']]);
    @cacheable(cache, { key: 'user:{0}' })
    async load(id: number): Promise<string | undefined> {
      return this.names.get(id);
    }
    @invalidateAfter('load', { args: (id) => [id] })
    async rename(id: number, name: string): Promise<void> {
      this.names.set(id, name);
    }
    @refreshAfter('load', { argsFromResult: (id) => [id] })
    async add(name: string): Promise<number> {
      this.names.set(9, name);
      return 9;
    }
  }
  const users = new Users();
  expect(await users.load(1)).toBe('Ada');
  await users.rename(1, 'Grace');
  expect(await users.load(1)).toBe('Grace');
  await users.add('Edsger');
  expect(await controls(users, 'load').peek(9)).toBe('Edsger');
});

test('bound functions, callable objects and functions of other libraries are cached as functions (B11, D31)', async () => {
  const cache = fresh();
  const service = {
    name: 'x',
    async load(id: number) {
      return `${this.name}${id}`;
    },
  };
  const bound = cached(cache, { key: (id) => `k:${id}` }, service.load.bind(service));
  expect([await bound(1), await bound(1), await cache.get('k:1')]).toEqual(['x1', 'x1', 'x1']);
});
