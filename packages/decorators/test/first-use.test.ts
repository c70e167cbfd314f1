import { expect, test } from 'vitest';
import { cacheable, cached, cacheEvict, cachePut } from '../src/index.ts';
import { cache, runs, useFirst } from './faces/first-use.ts';

class UserService {
  cache = cache;
  @cacheable(({ self }) => self.cache, { key: 'user:{0}' })
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

test('methods are cached, put and evicted, by the standard', () => useFirst(new UserService()));

test('a function is cached, and keeps its name', async () => {
  const f = cached(cache, { key: (id) => `f:${id.toFixed()}` }, async function twice(id: number) {
    return id * 2;
  });
  expect(await f(2)).toBe(4);
  expect(f.keyFor(2)).toBe('f:2');
  expect(f.name).toBe('twice');
});
