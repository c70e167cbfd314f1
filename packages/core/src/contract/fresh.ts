import type { Entry } from './backend.ts';

/** Whether there is an entry, and not one in its stale window. */
export function isFresh<E extends Pick<Entry<unknown>, 'freshFor'>>(entry: E | undefined): entry is E {
  return entry !== undefined && (entry.freshFor === null || entry.freshFor > 0);
}
