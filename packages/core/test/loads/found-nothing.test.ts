import { Cache, SyncCache } from '@cache/core';
import { expect, it } from 'vitest';
import { mapBackend } from './map-backend.ts';

it('asks no schema about an undefined that is skipped: the loader found nothing, and said so', async () => {
  const schema = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value: unknown) => (typeof value === 'number' ? { value } : { issues: [{ message: 'no number' }] }),
    },
  } as const;
  const nothing = ({ skip }: { skip(): void }): number => {
    skip();
    return undefined as never;
  };
  const cache = new Cache<number>({ backend: mapBackend<number>(), schema });
  expect(await cache.getOrSet('k', nothing)).toBe(undefined);
  await expect(cache.getOrSet('k', () => undefined as never)).rejects.toThrow(/no number|schema/);
  const now = new SyncCache<number>({ backend: mapBackend<number>(), schema });
  expect(now.getOrSet('k', nothing)).toBe(undefined);
  expect([await cache.has('k'), now.has('k')]).toEqual([false, false]);
});
