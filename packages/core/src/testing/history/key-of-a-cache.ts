import type { Specification } from './legal-order.ts';

/** What was asked about one key, and what was answered. Values are compared with `===`. */
export type KeyOperation<V> =
  /** A read; `value: undefined` for a miss. */
  | { readonly do: 'get'; readonly value: V | undefined }
  /** `stored: false` where the write was refused, as `ifNotExists` is. */
  | { readonly do: 'set'; readonly value: V; readonly stored: boolean; readonly ifNotExists?: boolean | undefined }
  /** A delete, a clear, or an invalidation of a tag that every entry of the key carries. */
  | { readonly do: 'remove' }
  /** What loaders read from now on is `value`. */
  | { readonly do: 'change'; readonly value: V }
  /** `getOrSet` answered `value`, whoever had it loaded. */
  | { readonly do: 'getOrSet'; readonly value: V };

interface KeyState<V> {
  readonly source: V;
  readonly cached: V | undefined;
}

/**
 * One key of a cache, and the source its loaders read, as a specification for {@link legalOrder}. That no stale value is
 * stored is part of it: a `getOrSet` has, at one moment, found its value, or found nothing and read it from the source;
 * so a value that was read before a removal cannot be found after it.
 * @param initial What the source holds at first.
 * @param forgets Whether an entry may go by itself, by expiry or to make room. @default false
 */
export function keyOfACache<V extends string | number>(
  initial: V,
  { forgets = false }: { readonly forgets?: boolean } = {},
): Specification<KeyState<V>, KeyOperation<V>> {
  return {
    initial: { source: initial, cached: undefined },
    identify: ({ source, cached }) => JSON.stringify([source, cached ?? null]),
    next(state, operation) {
      const { source, cached } = state;
      switch (operation.do) {
        case 'get':
          if (operation.value === cached) return [state];
          return operation.value === undefined && forgets ? [{ source, cached: undefined }] : [];
        case 'set':
          if (operation.stored)
            return operation.ifNotExists === true && cached !== undefined && !forgets
              ? []
              : [{ source, cached: operation.value }];
          return operation.ifNotExists === true && cached === undefined ? [] : [state];
        case 'remove':
          return [{ source, cached: undefined }];
        case 'change':
          return [{ source: operation.value, cached }];
        case 'getOrSet':
          if (operation.value === cached) return [state];
          if (operation.value !== source || (cached !== undefined && !forgets)) return [];
          // Loaded: and stored, or not, because something came between.
          return [
            { source, cached: operation.value },
            { source, cached: undefined },
          ];
      }
    },
  };
}
