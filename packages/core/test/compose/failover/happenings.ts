import type { FailoverOptions } from '@cache/core';
import fc from 'fast-check';

export const keys = ['a:1', 'a:2', 'b:1'] as const;
export const tags = ['t'] as const;

/** `'deaf'`: replies are lost. `'late'`: calls fail, and are carried out later, where the pair was told that they may be. */
export type Condition = 'up' | 'down' | 'deaf' | 'slow' | 'late';

/** One thing that happens. */
export type Action =
  | {
      readonly do: 'set';
      readonly key: number;
      readonly tagged: boolean;
      readonly how: 'plain' | 'ifNotExists' | 'ttl';
    }
  | { readonly do: 'setMany' | 'deleteMany' | 'getMany' | 'clear all' | 'invalidate' }
  | { readonly do: 'get' | 'getOrSet' | 'delete' | 'expire' | 'peer sets' | 'peer deletes'; readonly key: number }
  | { readonly do: 'clear'; readonly prefix: 'a:' | 'b:' }
  | { readonly do: 'primary' | 'fallback'; readonly is: Condition }
  | { readonly do: 'let on'; readonly which: number }
  | { readonly do: 'acquire'; readonly key: number }
  | { readonly do: 'fill' }
  | { readonly do: 'primary loses its data' }
  | { readonly do: 'pass'; readonly ms: number };

/** Milliseconds within which what is late has come. */
export const lateness = 300;

const condition = fc.constantFrom<Condition[]>('up', 'up', 'down', 'deaf', 'slow', 'late');
const key = fc.nat(keys.length - 1);
const one = (...names: ('get' | 'getOrSet' | 'delete' | 'expire' | 'peer sets' | 'peer deletes')[]) =>
  fc.record({ do: fc.constantFrom(...names), key });

/** Everything that may happen, the usual more often. */
export const anAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: one('get', 'getOrSet') },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('set' as const),
      key,
      tagged: fc.boolean(),
      how: fc.constantFrom('plain' as const, 'plain' as const, 'ifNotExists' as const, 'ttl' as const),
    }),
  },
  { weight: 3, arbitrary: one('delete', 'expire', 'peer sets', 'peer deletes') },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('setMany', 'deleteMany', 'getMany', 'clear all', 'invalidate') }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('clear' as const), prefix: fc.constantFrom('a:', 'b:') }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('primary' as const), is: condition }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('fallback' as const), is: condition }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('let on' as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('primary loses its data' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('acquire' as const), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fill' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 60, 250, 600) }) },
) as fc.Arbitrary<Action>;

/** How the pair is made. */
export interface PairShape extends FailoverOptions {
  /** The fallback answers at once and never fails. */
  readonly plainFallback: boolean;
  /** There is a near tier above. */
  readonly near: boolean;
}

export const aPair: fc.Arbitrary<PairShape> = fc.record({
  plainFallback: fc.boolean(),
  near: fc.boolean(),
  errors: fc.constantFrom(1, 2),
  mirror: fc.constantFrom('always' as const, 'always' as const, 'errors-only' as const),
  slowAfter: fc.constantFrom(100, undefined),
  maxJournalEntries: fc.constantFrom(1, 2, 100),
  reconcile: fc.constantFrom('delete' as const, 'restore' as const),
  readFallbackOnMiss: fc.constantFrom(false, false, true),
  lateWrites: fc.constantFrom(0, 0, lateness),
  fallbackTtl: fc.constantFrom(undefined, undefined, 300),
  prefix: fc.constantFrom(undefined, undefined, ''),
});
