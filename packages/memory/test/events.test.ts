import { manualClock } from '@cache/core/testing';
import { expect, it, vi } from 'vitest';
import { memoryBackend, type Removal } from '../src/index.ts';

function watched(options: Parameters<typeof memoryBackend<number>>[0] = {}) {
  const told: string[] = [];
  const clock = manualClock();
  const backend = memoryBackend<number>({
    clock,
    ...options,
    onRemove: ({ key, value, reason }) => told.push(`${reason} ${key}=${value}`),
  });
  return { backend, clock, told };
}

it('tells of every removal with its key, value and reason (R28)', () => {
  const { backend, clock, told } = watched({ max: 3, eviction: 'lru' });
  backend.set('a', 1);
  backend.set('a', 2);
  backend.delete('a');
  backend.delete('a');
  backend.set('b', 3, { ttl: 10 });
  clock.advance(10);
  backend.get('b');
  backend.set('c', 4, { tags: ['t'] });
  backend.invalidateTags(['t']);
  for (const [i, key] of ['d', 'e', 'f', 'g'].entries()) backend.set(key, i);
  backend.delete('g');
  backend.clear('e');
  backend.clear();
  expect(told).toEqual([
    'replace a=1',
    'delete a=2',
    'expire b=3',
    'invalidate c=4',
    'evict d=0',
    'delete g=3',
    'clear e=1',
    'clear f=2',
  ]);
});

it('tells of an entry that was overwritten after its time as expired', () => {
  const { backend, clock, told } = watched();
  backend.set('a', 1, { ttl: 10 });
  clock.advance(11);
  backend.set('a', 2);
  expect(told).toEqual(['expire a=1']);
});

it('tells after the operation, so that a listener may use the store', () => {
  const backend = memoryBackend<number>({ max: 2, eviction: 'lru' });
  const seen: string[] = [];
  backend.onRemove(({ key, reason }) => {
    const { size, writes } = backend.stats();
    seen.push(`${reason} ${key}, size ${size}, writes ${writes}`);
    if (key === 'a') backend.set('a again', 1);
  });
  for (const [i, key] of ['a', 'b', 'c'].entries()) backend.set(key, i);
  expect(seen).toEqual(['evict a, size 2, writes 3', 'evict b, size 2, writes 4']);
  expect([...backend.keys()].sort()).toEqual(['a again', 'c']);
});

it('reports a listener that throws, once until it works again, and goes on', () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const backend = memoryBackend<number>();
  let broken = true;
  const others: Removal<number>[] = [];
  backend.onRemove(() => {
    if (broken) throw new Error('no');
  });
  const stop = backend.onRemove((removal) => others.push(removal));
  const removeOne = (): void => {
    backend.set('a', 1);
    backend.delete('a');
  };
  removeOne();
  removeOne();
  expect(warned).toHaveBeenCalledTimes(1);
  broken = false;
  removeOne();
  broken = true;
  removeOne();
  expect(warned).toHaveBeenCalledTimes(2);
  expect(others).toHaveLength(4);
  stop();
  removeOne();
  expect(others).toHaveLength(4);
  warned.mockRestore();
});
