import { isAsync } from '../define-backend.ts';
import type { Routes } from './routes.ts';
import { Failed } from './side.ts';

type Keys = AsyncIterable<string> | Iterable<string>;

/** The keys of the primary without those in doubt there, which the fallback knows; all of the fallback's where the primary fails. */
export function listKeys<W>({ primary, fallback, away }: Routes<W>, prefix: string): Keys {
  const seen = new Set<string>();
  const found = primary.closed && primary.ask('keys', [prefix], () => primary.backend.keys(prefix));
  const first: Keys = found === false || found instanceof Failed ? [] : (found as Keys); // no promise: keys are iterated
  let failed = first !== found;
  const own = (key: string): boolean => !primary.journal.doubts(key) && seen.add(key).size > 0;
  const others = (key: string): boolean =>
    !seen.has(key) && (failed || primary.journal.doubts(key)) && !fallback.journal.doubts(key);
  const second = (): Keys => {
    if (!failed && primary.journal.size === 0) return [];
    if (!fallback.closed) throw away(fallback);
    return fallback.backend.keys(prefix);
  };

  if (isAsync(first))
    return (async function* () {
      try {
        for await (const key of first) if (own(key)) yield key;
      } catch (error) {
        primary.ask('keys', [prefix], () => {
          throw error;
        });
        failed = true;
      }
      for await (const key of second()) if (others(key)) yield key;
    })();
  const here = [...first].filter(own);
  const rest = second();
  if (!isAsync(rest)) return [...here, ...[...rest].filter(others)];
  return (async function* () {
    yield* here;
    for await (const key of rest) if (others(key)) yield key;
  })();
}
