import type { Action, PairShape } from './happenings.ts';

const anyPair: PairShape = {
  plainFallback: false,
  near: false,
  errors: 1,
  mirror: 'always',
  slowAfter: 100,
  maxJournalEntries: 1,
};

/** What goes wrong where something is overlooked, by what it takes: rarer than random histories find in a test. */
export const histories = {
  /** A read while the fallback carries out a fill after the clear that met it. */
  'a clear overtakes a fill in a slow fallback': [
    anyPair,
    [
      { do: 'acquire', key: 0 },
      { do: 'fallback', is: 'slow' },
      { do: 'fill' },
      { do: 'acquire', key: 1 },
      { do: 'fill' },
      { do: 'clear', prefix: 'a:' },
      { do: 'primary', is: 'deaf' },
      { do: 'let on', which: 2 },
      { do: 'let on', which: 2 },
      { do: 'get', key: 0 },
      { do: 'fallback', is: 'up' },
      { do: 'get', key: 0 },
    ],
  ],
  /** The clear is answered while the primary is still at storing what it was given back. */
  'a clear meets what is given back to the primary': [
    { ...anyPair, errors: 2, slowAfter: undefined, reconcile: 'restore' },
    [
      { do: 'primary', is: 'deaf' },
      { do: 'set', key: 0, tagged: false, how: 'plain' },
      { do: 'primary', is: 'slow' },
      { do: 'pass', ms: 1 },
      { do: 'set', key: 1, tagged: false, how: 'plain' },
      { do: 'peer sets', key: 0 },
      { do: 'let on', which: 0 },
      { do: 'set', key: 1, tagged: false, how: 'plain' },
      { do: 'pass', ms: 600 },
      { do: 'get', key: 0 },
      { do: 'clear', prefix: 'a:' },
      { do: 'primary', is: 'up' },
    ],
  ],
  'a slow fallback carries out two writes of a key the other way round': [
    { ...anyPair, slowAfter: undefined, maxJournalEntries: 100 },
    [
      { do: 'fallback', is: 'slow' },
      { do: 'set', key: 0, tagged: false, how: 'plain' },
      { do: 'set', key: 0, tagged: false, how: 'plain' },
      { do: 'let on', which: 5 },
      { do: 'let on', which: 5 },
      { do: 'let on', which: 2 },
      { do: 'let on', which: 2 },
    ],
  ],
} satisfies Record<string, [PairShape, Action[]]>;
