import type { Awaitable } from '../contract/backend.ts';
import { getList } from '../contract/get-list.ts';
import { type CacheResult, MISS } from '../contract/result.ts';
import type { Engine } from './engine.ts';

export function lookup<T>(engine: Engine<T>, key: string): Awaitable<CacheResult<T>> {
  const full = engine.full(key);
  if (!engine.serves()) return MISS;
  return engine.run(
    'get',
    [key],
    () => engine.backend.get(full),
    (found, late) => engine.found(key, found, late),
    MISS,
  );
}

export function getMany<T>(engine: Engine<T>, keys: Iterable<string>): Awaitable<Map<string, T>> {
  const own = engine.distinct(keys);
  const fulls = own.map((key) => engine.full(key));
  if (!engine.serves() || fulls.length === 0) return new Map();
  return engine.run(
    'getMany',
    own,
    () => getList(engine.backend, fulls),
    (found, late) => {
      const values = new Map<string, T>();
      const { attentive } = engine.family;
      for (let i = 0; i < own.length; i++) {
        const key = own[i] as string;
        const one = found[i] as CacheResult<T>;
        if (one.hit) values.set(key, one.value);
        if (attentive) engine.noticed(key, one.hit, late);
      }
      engine.counts.hits += values.size;
      engine.counts.misses += own.length - values.size;
      return values;
    },
    new Map(),
  );
}

export function has<T>(engine: Engine<T>, key: string): Awaitable<boolean> {
  const full = engine.full(key);
  if (!engine.serves()) return false;
  return engine.run('has', [key], () => engine.backend.has(full), unchanged, false);
}

export function timeLeft<T>(engine: Engine<T>, key: string): Awaitable<number | null | undefined> {
  const full = engine.full(key);
  if (!engine.serves()) return undefined;
  return engine.run('ttl', [key], () => engine.backend.ttl(full), unchanged, undefined);
}

/** Where to look for keys, or `undefined` when there is nothing to look at. */
export function keysPrefix<T>(engine: Engine<T>, prefix = ''): string | undefined {
  const full = prefix === '' ? engine.prefix : engine.full(prefix);
  return engine.serves() ? full : undefined;
}

function unchanged<X>(answer: X): X {
  return answer;
}
