import fc from 'fast-check';

/** What a schedule is made of. */
export type Action =
  | {
      readonly do: 'getOrSet';
      readonly key: string;
      readonly how: How;
      readonly fail: boolean;
      readonly tags: readonly string[];
    }
  | { readonly do: 'many'; readonly keys: readonly string[]; readonly leaveOut: boolean }
  | { readonly do: KeyAction; readonly key: string; readonly tags: readonly string[] }
  | { readonly do: WideAction }
  | { readonly do: 'tags'; readonly tags: readonly string[] }
  | { readonly do: 'pass'; readonly ms: number };

type KeyAction = 'get' | 'set' | 'delete' | 'expire';
type WideAction = 'clear' | 'abort' | 'fault';
export type How = 'plain' | 'signal' | 'stale' | 'soft' | 'refresh' | 'ahead';

// Mostly one key: what meets nothing proves nothing.
const key = fc.constantFrom('a', 'a', 'a', 'a', 'b');
const tags = fc.subarray(['red', 'blue']);
export const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('getOrSet' as const),
      key,
      how: fc.constantFrom<How>('plain', 'plain', 'signal', 'stale', 'soft', 'refresh', 'ahead'),
      fail: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
      tags,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('many' as const),
      keys: fc.constantFrom(['a'], ['a', 'b'], ['b', 'a']),
      leaveOut: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom<KeyAction>('get', 'set', 'delete', 'expire'), key, tags }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom<WideAction>('clear', 'abort', 'fault') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('tags' as const),
      tags: fc.constantFrom(['red'], ['blue'], ['red', 'blue']),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(30, 120) }) },
);

/** Few actions, and all about one key: most of them meet. */
export const dense: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('getOrSet' as const),
        key: fc.constant('a'),
        how: fc.constant<How>('plain'),
        fail: fc.constant(false),
        tags: fc.constant<string[]>([]),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom<KeyAction>('set', 'delete', 'get'),
        key: fc.constant('a'),
        tags: fc.constant<string[]>([]),
      }),
    },
  ),
  { minLength: 3, maxLength: 6 },
);

/** Nothing fails, expires or is refreshed by it. */
export function isCalm(one: Action): boolean {
  if (one.do === 'getOrSet') return !one.fail && (one.how === 'plain' || one.how === 'signal');
  return one.do !== 'pass' && one.do !== 'expire' && one.do !== 'fault' && one.do !== 'abort';
}
