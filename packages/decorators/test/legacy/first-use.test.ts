import { Cache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { expect, test } from 'vitest';
import { cacheable, cached, cacheEvict, cachePut, controls } from '../../src/index.ts';

const cache = new Cache<unknown>({ backend: memoryBackend() });
const runs: string[] = [];
class UserService {
  cache = cache;
  @cacheable(({ self }: { self: UserService }) => self.cache, { key: 'user:{0}' })
  async load(id: number): Promise<unknown> {
    runs.push(`load ${id}`);
    return { id };
  }
  @cacheEvict(cache, { key: (id) => `user:${id}` })
  async remove(id: number): Promise<void> {
    runs.push(`remove ${id}`);
  }
  @cachePut(cache, { key: 'user:{0}' })
  async save(id: number, name: string): Promise<{ id: number; name: string }> {
    return { id, name };
  }
  @cacheable(cache)
  async list(page = 1): Promise<number[]> {
    runs.push(`list ${page}`);
    return [page];
  }
}

test('methods and functions are cached, put and evicted', async () => {
  const service = new UserService();
  expect(await Promise.all([service.load(1), service.load(1)])).toEqual([{ id: 1 }, { id: 1 }]);
  await service.remove(1);
  await service.load(1);
  expect(runs).toEqual(['load 1', 'remove 1', 'load 1']);
  await service.save(1, 'x');
  expect(await service.load(1)).toEqual({ id: 1, name: 'x' });
  expect(controls(service, 'list').keyFor(2)).toBe('UserService.list:2');
  await service.list();
  expect(await controls(service, 'list').peek()).toEqual([1]);
  const f = cached(cache, { key: (id) => `f:${id.toFixed()}` }, async function twice(id: number) {
    return id * 2;
  });
  expect(await f(2)).toBe(4);
  expect(f.keyFor(2)).toBe('f:2');
  expect(f.name).toBe('twice');
});
