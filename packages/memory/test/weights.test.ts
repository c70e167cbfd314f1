import { CacheConfigError } from '@cache/core';
import { describe, expect, it } from 'vitest';
import { approximateBytes, memoryBackend } from '../src/index.ts';

describe('a bound on weight', () => {
  it('makes room until what comes fits, and keeps nothing that is too heavy alone', () => {
    const told: string[] = [];
    const backend = memoryBackend<number>({
      maxWeight: 10,
      weigh: (value) => value,
      eviction: 'lru',
      onRemove: ({ key, reason }) => told.push(`${reason} ${key}`),
    });
    for (const [i, key] of ['a', 'b', 'c'].entries()) backend.set(key, i + 2); // 2 + 3 + 4
    expect(backend.set('d', 5)).toBe(true);
    expect([...backend.keys()].sort()).toEqual(['c', 'd']);
    expect(backend.set('e', 11)).toBe(true);
    expect(backend.has('e')).toBe(false);
    expect(backend.set('c', 11)).toBe(true);
    expect(backend.has('c')).toBe(false);
    expect(told).toEqual(['evict a', 'evict b', 'evict e', 'replace c', 'evict c']);
  });

  it('lets an entry that grows push out others, not itself', () => {
    for (const eviction of ['lru', 'adaptive'] as const) {
      const backend = memoryBackend<number>({ maxWeight: 10, weigh: (value) => value, eviction });
      for (const key of ['a', 'b', 'c', 'd', 'e']) backend.set(key, 2);
      backend.set('a', 9);
      expect(backend.get('a')).toEqual({ hit: true, value: 9 });
      expect([...backend.keys()]).toEqual(['a']);
    }
  });

  it('bounds entries of no weight by max', () => {
    const backend = memoryBackend({ max: 5, maxWeight: 10, weigh: () => 0 });
    for (let i = 0; i < 20; i++) backend.set(`k${i}`, i);
    expect(backend.stats().size).toBe(5);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 'heavy' as never])(
    'refuses %s from weigh, and changes nothing',
    (weight) => {
      let next: number = 1;
      const backend = memoryBackend<number>({ maxWeight: 10, weigh: () => next });
      backend.set('k', 1);
      next = weight;
      expect(() => backend.set('k', 2)).toThrow(CacheConfigError);
      expect(backend.get('k')).toEqual({ hit: true, value: 1 });
    },
  );

  it('adapts to how many entries fit, without losing its resistance to scans', () => {
    const backend = memoryBackend<string>({ max: Number.POSITIVE_INFINITY, maxWeight: 10_000, weigh: (v) => v.length });
    const value = 'x'.repeat(10);
    for (let round = 0; round < 10; round++)
      for (let i = 0; i < 300; i++) if (!backend.get(`hot${i}`).hit) backend.set(`hot${i}`, value);
    for (let i = 0; i < 5_000; i++) backend.set(`scan${i}`, value);
    const held = Array.from({ length: 300 }, (_, i) => backend.has(`hot${i}`)).filter(Boolean).length;
    expect(held).toBeGreaterThan(250);
  });

  it('is about bytes where nobody says how to weigh', () => {
    const small = approximateBytes({ a: 1 }, 'k');
    const large = approximateBytes({ a: 'x'.repeat(1_000), b: [new Uint8Array(500), new Map([['m', 1]])] }, 'k');
    expect(small).toBeGreaterThan(50);
    expect(small).toBeLessThan(250);
    expect(large).toBeGreaterThan(2_500);
    expect(large).toBeLessThan(3_500);
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    expect(approximateBytes(cyclic, 'k')).toBeLessThan(200);
    const many = approximateBytes(
      Array.from({ length: 100_000 }, (_, i) => i),
      'k',
    );
    expect(many).toBeGreaterThan(500_000);
    const backend = memoryBackend({ maxWeight: 10_000 });
    for (let i = 0; i < 100; i++) backend.set(`k${i}`, 'x'.repeat(500));
    expect(backend.stats().size).toBeLessThan(10);
  });
});
