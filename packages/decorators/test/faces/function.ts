import { cached } from '../../src/index.ts';
import type { Face, Made } from './face.ts';

export const functionFace: Face = {
  name: 'cached()',
  cannot: { 'class names': 'a function has no class' },
  make(cache, options, body) {
    const self = { tenant: 'acme' };
    const fn = cached(cache as never, options as never, body as never) as unknown as Made['fn'] & Made['tools'];
    return { call: (...args) => fn.apply(self, args), tools: fn, fn, self };
  },
};
