import { expect, test } from 'vitest';
import { Cache } from '../../src/cache/cache.ts';
import { SyncCache } from '../../src/cache/sync-cache.ts';
import { plainJson } from '../../src/compose/plain-json.ts';
import type { Serializer, Wire } from '../../src/contract/serializer.ts';
import { mapBackend } from './map-backend.ts';

function counting(): { serializer: Serializer<unknown, Wire>; pooled: string[] } {
  const pooled: string[] = [];
  const serializer: Serializer<unknown, Wire> = {
    ...plainJson,
    async serializeAsync(value) {
      pooled.push('write');
      return plainJson.serialize(value);
    },
    async deserializeAsync(wire) {
      pooled.push('read');
      return plainJson.deserialize(wire);
    },
  };
  return { serializer, pooled };
}

test('a Cache uses the asynchronous pair of its serializer', async () => {
  const { serializer, pooled } = counting();
  const cache = new Cache({ backend: mapBackend(), serializer });
  await cache.set('a', { b: 1 });
  expect(await cache.get('a')).toEqual({ b: 1 });
  expect(pooled).toEqual(['write', 'read']);
});

test('a SyncCache never does, and answers at once', () => {
  const { serializer, pooled } = counting();
  const cache = new SyncCache({ backend: mapBackend(), serializer });
  expect(cache.set('a', { b: 1 })).toBe(true);
  expect(cache.get('a')).toEqual({ b: 1 });
  expect(pooled).toEqual([]);
});
