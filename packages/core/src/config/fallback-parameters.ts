import type { Parameters } from './scheme.ts';

/** What the URL of a fallback, and its variables, may say of it: the options of `failover()` by their names. */
export const fallbackParameters: Parameters = {
  errors: { type: 'integer', min: 1, description: 'failures in a row after which the primary is left (without it: 3)' },
  errorRate: {
    type: 'number',
    min: 0,
    max: 1,
    description: 'the share of recent calls that failed after which it is left too (without it: 0.5)',
  },
  slowAfter: { type: 'duration', description: 'a call that takes longer counts as failed (without it: none)' },
  probeEvery: {
    type: 'duration',
    description: 'how often a primary that was left is asked whether it is back (without it: 500ms)',
  },
  mirror: {
    type: 'choice',
    choices: ['always', 'errors-only'],
    description: 'when the fallback is written: with every write (without it), or only while the primary fails',
  },
  fallbackTtl: { type: 'duration', description: 'what the fallback stores lives at most this long' },
  readFallbackOnMiss: { type: 'boolean', description: 'ask the fallback also when the primary has no entry' },
  reconcile: {
    type: 'choice',
    choices: ['delete', 'restore'],
    description: 'what becomes of a key that was changed while the primary was away (without it: delete)',
  },
  lateWrites: {
    type: 'duration',
    orZero: true,
    description: 'how long after it failed a write may still take effect on the primary (without it: 0)',
  },
  maxJournalEntries: {
    type: 'integer',
    min: 1,
    description: 'changed keys that are remembered (without it: 100000)',
  },
  maxJournalBytes: { type: 'integer', min: 1, description: 'bytes of them (without it: 16 MiB)' },
};
