import { describe, expect, it } from 'vitest';
import { CacheConfigError, defineBackend, type Entry, hit } from '../../src/index.ts';
import { describeBackend, manualClock } from '../../src/testing/index.ts';
import { mapBackend, mapParts } from './map-backend.ts';

describeBackend(
  'a Map',
  () => {
    const clock = manualClock();
    return { backend: mapBackend(clock), advance: clock.advance };
  },
  { synchronous: true },
  { describe, it },
);

describeBackend(
  'a Map that answers later',
  () => {
    const clock = manualClock();
    const map = mapParts(clock);
    const backend = defineBackend({
      name: 'late map',
      getEntry: async (key) => map.getEntry(key),
      set: async (key, value, options) => map.set(key, value, options),
      delete: async (key) => map.delete(key),
      async *keys() {
        yield* map.keys();
      },
    });
    return { backend, advance: clock.advance };
  },
  {},
  { describe, it },
);

describeBackend(
  'a Map whose keys are there at once and whose entries come later',
  () => {
    const clock = manualClock();
    const map = mapParts(clock);
    const backend = defineBackend({
      name: 'mixed map',
      getEntry: async (key) => map.getEntry(key),
      set: async (key, value, options) => map.set(key, value, options),
      delete: async (key) => map.delete(key),
      keys: () => map.keys(),
    });
    return { backend, advance: clock.advance };
  },
  {},
  { describe, it },
);

it('keeps what was given beside the four methods, capabilities included', async () => {
  const backend = defineBackend({
    ...parts(),
    get: () => hit(42),
    stats: () => ({ hits: 1 }) as never,
    stores: 'bytes',
  });
  expect(await backend.get('k')).toEqual(hit(42));
  expect(backend).toHaveProperty('stats');
  expect(backend.stores).toBe('bytes');
});

it('refuses to define a backend without one of the four methods', () => {
  const { delete: _, ...incomplete } = parts();
  expect(() => defineBackend(incomplete as never)).toThrow(CacheConfigError);
  expect(() => defineBackend(incomplete as never)).toThrow('defineBackend delete: expected a function, got undefined');
});

it('stores once when two callers ask for ifNotExists at the same time, also when answers come later', async () => {
  const store = new Map<string, Entry<number>>();
  const backend = defineBackend<number>({
    name: 'late',
    getEntry: async (key) => store.get(key),
    set: async (key, value) => {
      await undefined;
      store.set(key, { value, freshFor: null, expiresIn: null });
    },
    delete: async (key) => store.delete(key),
    keys: () => store.keys(),
  });
  const stored = await Promise.all([1, 2, 3].map((n) => backend.set('k', n, { ifNotExists: true })));
  expect(stored).toEqual([true, false, false]);
  expect(store.get('k')?.value).toBe(1);
});

function parts() {
  const store = new Map<string, Entry<unknown>>();
  return {
    name: 'parts',
    getEntry: (key: string) => store.get(key),
    set: (key: string, value: unknown) => void store.set(key, { value, freshFor: null, expiresIn: null }),
    delete: (key: string) => store.delete(key),
    keys: () => store.keys(),
  };
}

it('when several keys fail with errors that are not ours, the first is thrown as it is', async () => {
  const backend = defineBackend({
    ...parts(),
    getEntry(key: string): undefined {
      throw new TypeError(`no ${key}`);
    },
  });
  expect(() => backend.getMany(['a', 'b'])).toThrow(new TypeError('no a'));
});
