import { Cache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { expect } from 'vitest';
import { controls } from '../../src/index.ts';

export const cache: Cache<unknown> = new Cache<unknown>({ backend: memoryBackend() });
export const runs: string[] = [];

interface Service {
  load(id: number): Promise<unknown>;
  remove(id: number): Promise<void>;
  save(id: number, name: string): Promise<{ id: number; name: string }>;
  list(page?: number): Promise<number[]>;
}

/** What somebody does first with a class whose methods are cached, put and evicted. */
export async function useFirst(service: Service): Promise<void> {
  await cache.clear();
  runs.length = 0;
  expect(await Promise.all([service.load(1), service.load(1)])).toEqual([{ id: 1 }, { id: 1 }]);
  await service.remove(1);
  await service.load(1);
  expect(runs).toEqual(['load 1', 'remove 1', 'load 1']);
  await service.save(1, 'x');
  expect(await service.load(1)).toEqual({ id: 1, name: 'x' });
  expect(controls(service, 'list').keyFor(2)).toBe('UserService.list:2');
  await service.list();
  expect(await controls(service, 'list').peek()).toEqual([1]);
}
