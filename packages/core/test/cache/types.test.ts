import { expectTypeOf, it } from 'vitest';
import {
  type Backend,
  Cache,
  type CacheResult,
  type CapableBackend,
  defineBackend,
  dummyBackend,
  plainJson,
  type Serializer,
  type SyncBackend,
  SyncCache,
  serialized,
  type Tagging,
  type Wire,
} from '../../src/index.ts';

interface User {
  readonly id: number;
}

it('values have the type of their cache', () => {
  const cache = new Cache<User>({ backend: dummyBackend<User>() });
  expectTypeOf(cache.get('k')).resolves.toEqualTypeOf<User | undefined>();
  expectTypeOf(cache.get('k', null)).resolves.toEqualTypeOf<User | null>();
  expectTypeOf(cache.get('k', 'none')).resolves.toEqualTypeOf<User | string>();
  expectTypeOf(cache.lookup('k')).resolves.toEqualTypeOf<CacheResult<User>>();
  expectTypeOf(cache.getMany(['k'])).resolves.toEqualTypeOf<Map<string, User>>();
  expectTypeOf(cache.getOrThrow).returns.resolves.toEqualTypeOf<User>();
  expectTypeOf(cache.namespace<Date>('n')).toEqualTypeOf<Cache<Date>>();
  expectTypeOf(cache.namespace('n')).toEqualTypeOf<Cache<User>>();
  const sync = new SyncCache<User>({ backend: dummyBackend<User>() });
  expectTypeOf(sync.get('k')).toEqualTypeOf<User | undefined>();
  expectTypeOf(sync.namespace<Date>('n')).toEqualTypeOf<SyncCache<Date>>();
});

it('a backend says what its cache holds', () => {
  expectTypeOf(new Cache({ backend: dummyBackend<User>() })).toEqualTypeOf<Cache<User>>();
  expectTypeOf(new SyncCache({ backend: dummyBackend<User>() })).toEqualTypeOf<SyncCache<User>>();
});

// Never called: what follows must not compile, and need not run.
export function mustNotCompile(cache: Cache<User>, later: Backend<User>, bytes: Backend<Wire>): void {
  // @ts-expect-error a value of another type
  cache.set('k', { id: 'one' });
  // @ts-expect-error entries of another type
  cache.setMany([['k', 5]]);
  // @ts-expect-error a loader that makes another type
  cache.getOrSet('k', () => ({ id: 'one' }));
  // @ts-expect-error a unit that does not exist
  cache.set('k', { id: 1 }, { ttl: '5min' });
  // @ts-expect-error a misspelt option
  cache.set('k', { id: 1 }, { tll: 5 });
  // @ts-expect-error many entries cannot be stored if absent
  cache.setMany([], { ifNotExists: true });
  // @ts-expect-error a key that is no string
  cache.get(5);
  // @ts-expect-error an event that does not exist
  cache.on('hits', () => {});
  // @ts-expect-error a backend that answers later below a cache that cannot wait
  new SyncCache<User>({ backend: later });
  // @ts-expect-error a loader that answers later in a cache that cannot wait
  new SyncCache<User>({ backend: dummyBackend<User>() }).getOrSet('k', async () => ({ id: 1 }));
  // @ts-expect-error a backend of another type of values
  new Cache<User>({ backend: dummyBackend<number>() });
  // @ts-expect-error a serializer of another type of values
  new Cache<User>({ backend: bytes, serializer: plainJson as Serializer<number, Wire> });
  // @ts-expect-error a serializer above values that are not wire
  serialized(dummyBackend<User>(), plainJson);
  // @ts-expect-error a part of a backend that answers later, where one that answers at once was meant
  const sync: SyncBackend<User> = defineBackend<User>({
    name: 'x',
    getEntry: async () => undefined,
    set: () => true,
    delete: () => true,
    keys: () => [],
  });
  void sync;
  // @ts-expect-error a composition that needs tags, of a backend that is not said to keep any
  needsTags(later);
  // @ts-expect-error nor does one that may keep them or not
  needsTags(serialized(bytes, plainJson) satisfies CapableBackend<unknown>);
  needsTags(dummyBackend());
}

function needsTags(backend: Backend<never> & Tagging): void {
  void backend;
}
