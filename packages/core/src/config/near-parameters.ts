import type { Parameters } from './scheme.ts';

/** What the URL of a near tier, and its variables, may say of the tier: the options of `tiered()` by their names. */
export const nearParameters: Parameters = {
  nearTtl: {
    type: 'duration',
    description:
      'the longest that an entry is served from near; must be given where the backend does not tell of changes',
  },
  maxStaleness: {
    type: 'duration',
    description: 'how old what near serves may be when the server has fallen silent without a word (without it: 2s)',
  },
  clone: { type: 'boolean', description: 'gives every caller a copy of its own' },
};
