import type { Awaitable, WriteOptions } from '../contract/backend.ts';
import { isTagging } from '../contract/capabilities.ts';
import { InvalidTtlError } from '../contract/errors.ts';
import { parseTtl, type Ttl } from '../time/ttl.ts';
import { assertIterable, assertOptions, assertPair, checkedTags } from './check-options.ts';
import type { Engine } from './engine.ts';
import { aBoolean, aFunction, checkOption, demand } from './option-checks.ts';
import type { SetManyOptions, SetOptions } from './options.ts';

const setManyOptions = new Set(['ttl', 'tags', 'staleWhileRevalidate', 'staleIfError']);
const setOptions = new Set([...setManyOptions, 'ifNotExists']);

export function set<T>(engine: Engine<T>, key: string, value: T, options: SetOptions | undefined): Awaitable<boolean> {
  const full = engine.full(key);
  let ttl = engine.ttl;
  let write: WriteOptions;
  if (options === undefined) {
    ttl = engine.ttlOf(undefined);
    write = { ttl, staleFor: engine.staleForOf(undefined, ttl) };
  } else {
    assertOptions('set', options, setOptions);
    checkOption('ifNotExists', aBoolean, options.ifNotExists);
    ttl = engine.ttlOf(options.ttl);
    write = {
      ttl,
      staleFor: engine.staleForOf(options, ttl),
      tags: engine.tagsOf(options.tags),
      ifNotExists: options.ifNotExists,
    };
  }
  if (!engine.serves()) return true;
  return engine.run(
    'set',
    [key],
    () => engine.family.table.changeKey(full, () => engine.backend.set(full, value, write)),
    (stored) => {
      if (stored) engine.wrote([key], ttl);
      return stored;
    },
    false,
  );
}

export function setMany<T>(
  engine: Engine<T>,
  entries: Iterable<readonly [string, T]>,
  options: SetManyOptions = {},
): Awaitable<void> {
  assertIterable('entries', entries);
  const full = new Map(
    Array.from(entries, (entry) => {
      assertPair(entry);
      return [engine.full(entry[0]), entry[1]];
    }),
  );
  assertOptions('setMany', options, setManyOptions);
  const ttl = engine.ttlOf(options.ttl);
  const staleFor = engine.staleForOf(options, ttl);
  const tags = engine.tagsOf(options.tags);
  if (!engine.serves() || full.size === 0) return;
  const fulls = [...full.keys()];
  const keys = fulls.map((one) => engine.own(one));
  return engine.run(
    'setMany',
    keys,
    () => engine.family.table.changeKeys(fulls, () => engine.backend.setMany(full, { ttl, staleFor, tags })),
    () => engine.wrote(keys, ttl),
    undefined,
  );
}

export function deleteKey<T>(engine: Engine<T>, key: string): Awaitable<boolean> {
  const full = engine.full(key);
  engine.lifecycle.assertOpen();
  return engine.run(
    'delete',
    [key],
    () => engine.family.table.changeKey(full, () => engine.backend.delete(full)),
    (found) => {
      removed(engine, [key], found ? 1 : 0);
      return found;
    },
    false,
  );
}

export function deleteMany<T>(engine: Engine<T>, keys: Iterable<string>): Awaitable<number> {
  const fulls = engine.fulls(keys);
  engine.lifecycle.assertOpen();
  if (fulls.length === 0) return 0;
  const own = fulls.map((full) => engine.own(full));
  return engine.run(
    'deleteMany',
    own,
    () => engine.family.table.changeKeys(fulls, () => engine.backend.deleteMany(fulls)),
    (count) => {
      removed(engine, own, count);
      return count;
    },
    0,
  );
}

/** Counts entries that were removed, and tells of them. */
function removed<T>(engine: Engine<T>, keys: readonly string[], count: number): void {
  engine.counts.deletes += count;
  engine.tell('delete', { keys, removed: count });
}

export function expire<T>(engine: Engine<T>, key: string, ttl: Ttl): Awaitable<boolean> {
  const full = engine.full(key);
  const ms = parseTtl(ttl);
  engine.lifecycle.assertOpen();
  return engine.run(
    'expire',
    [key],
    () => engine.backend.expire(full, ms),
    (moved) => {
      if (moved) engine.tell('deadline', { key, ttl: ms });
      return moved;
    },
    false,
  );
}

export function expireAt<T>(engine: Engine<T>, key: string, deadline: Date | null): Awaitable<boolean> {
  if (deadline === null) return expire(engine, key, null);
  if (!(deadline instanceof Date) || Number.isNaN(deadline.getTime()))
    throw new InvalidTtlError(
      `expireAt: expected a valid Date or null (never), got ${deadline instanceof Date ? 'an invalid Date' : typeof deadline}`,
    );
  // The wall clock is read once; from here on the entry lives by the backend's own clock.
  const left = deadline.getTime() - Date.now();
  return left > 0 ? expire(engine, key, left) : deleteKey(engine, key);
}

export function clear<T>(engine: Engine<T>, prefix = ''): Awaitable<void> {
  const full = prefix === '' ? engine.prefix : engine.full(prefix);
  engine.lifecycle.assertOpen();
  return engine.run(
    'clear',
    [],
    () => engine.family.table.changePrefix(full, () => engine.backend.clear(full)),
    () => {
      engine.counts.clears++;
      engine.tell('clear', { prefix });
    },
    undefined,
  );
}

export function invalidateTags<T>(engine: Engine<T>, tags: readonly string[]): Awaitable<number | undefined> {
  const { backend } = engine;
  engine.assertTagging();
  const wire = engine.tagsOf(checkedTags(tags));
  engine.lifecycle.assertOpen();
  if (wire === undefined || !isTagging(backend)) return 0;
  return engine.run(
    'invalidateTags',
    [],
    () => engine.family.table.changeTags(wire, () => backend.invalidateTags(wire)),
    (removed) => {
      engine.counts.tagInvalidations++;
      engine.tell('invalidate', { tags: [...tags], removed });
      return removed;
    },
    undefined,
  );
}

export async function setThrough<T>(
  engine: Engine<T>,
  key: string,
  value: T,
  writer: (value: T) => unknown,
  options: SetManyOptions | undefined,
): Promise<void> {
  const full = engine.full(key);
  demand('writer', aFunction, writer);
  if (options !== undefined) {
    assertOptions('setThrough', options, setManyOptions);
    engine.staleForOf(options, engine.ttlOf(options.ttl));
    engine.tagsOf(options.tags);
  }
  engine.lifecycle.assertOpen();
  const { table } = engine.family;
  await table.turns.run([full], () =>
    table.changeKey(full, async () => {
      await writer(value);
      let stored = false;
      try {
        stored = await set(engine, key, value, options);
      } finally {
        if (!stored) await deleteKey(engine, key); // what is there is older than the source
      }
    }),
  );
}
