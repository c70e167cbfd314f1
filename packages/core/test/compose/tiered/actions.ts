import fc from 'fast-check';
import type { Key } from './record.ts';

/** One thing that a process, or somebody beside the fleet, does. */
export type Action =
  | { readonly do: 'get' | 'entry' | 'known' | 'has' | 'ttl'; readonly key: Key; readonly again: boolean }
  | { readonly do: 'many' | 'entries' }
  | { readonly do: 'set'; readonly key: Key; readonly how: How }
  | { readonly do: 'setMany'; readonly how: How }
  | { readonly do: 'delete' | 'expire' | 'load' | 'foreign set' | 'foreign delete'; readonly key: Key }
  | { readonly do: 'clear' | 'tags' | 'foreign tags' | 'foreign clear' | 'fault' }
  | { readonly do: 'beat' | 'silence' | 'break' | 'restore' }
  | { readonly do: 'pass'; readonly ms: number };

export type How = 'plain' | 'short' | 'window' | 'tagged';

// Mostly one key: what meets nothing proves nothing.
const key = fc.constantFrom<Key>('a', 'a', 'a', 'a', 'b');
const how = fc.constantFrom<How>('plain', 'plain', 'short', 'window', 'tagged', 'tagged');

const reads = fc.oneof(
  fc.record({
    do: fc.constantFrom(
      'get' as const,
      'get' as const,
      'get' as const,
      'entry' as const,
      'known' as const,
      'known' as const,
      'has' as const,
      'ttl' as const,
    ),
    key,
    again: fc.boolean(),
  }),
  fc.record({ do: fc.constantFrom('many' as const, 'entries' as const) }),
);
const writes = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('set' as const), key, how }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'delete' as const,
        'expire' as const,
        'load' as const,
        'foreign set' as const,
        'foreign set' as const,
        'foreign delete' as const,
      ),
      key,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('setMany' as const), how }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'clear' as const,
        'tags' as const,
        'foreign tags' as const,
        'foreign clear' as const,
        'fault' as const,
      ),
    }),
  },
);
const line = fc.record({
  do: fc.constantFrom(
    'beat' as const,
    'beat' as const,
    'silence' as const,
    'break' as const,
    'break' as const,
    'restore' as const,
  ),
});
const time = fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(40, 120, 600, 1_100) });

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 9, arbitrary: reads },
  { weight: 6, arbitrary: writes },
  { weight: 2, arbitrary: line },
  { weight: 1, arbitrary: time },
);

/** Few things, and all about one key: most of them meet. */
const dense = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Action>({ do: 'get', key: 'a', again: true }) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Action>(
        { do: 'get', key: 'a', again: false },
        { do: 'foreign set', key: 'a' },
        { do: 'set', key: 'a', how: 'plain' },
        { do: 'set', key: 'a', how: 'tagged' },
        { do: 'foreign tags' },
      ),
    },
  ),
  { minLength: 3, maxLength: 7 },
);

/** One thing after another, of which one or two at once: what one leaves behind, the next one finds. */
const calm = fc.array(
  fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant<Action>({ do: 'get', key: 'a', again: false }) },
      { weight: 4, arbitrary: writes },
      { weight: 3, arbitrary: line },
      { weight: 2, arbitrary: time },
      { weight: 2, arbitrary: reads },
    ),
    { minLength: 1, maxLength: 2 },
  ),
  { minLength: 3, maxLength: 9 },
);

/** What happens: in stages, each of which begins when all that the one before it caused is over. */
export const stages: fc.Arbitrary<readonly (readonly Action[])[]> = fc.oneof(
  dense.map((all) => [all]),
  fc.array(action, { minLength: 3, maxLength: 14 }).map((all) => [all]),
  fc.tuple(calm, dense).map(([first, then]) => [...first, then]),
  calm,
);
