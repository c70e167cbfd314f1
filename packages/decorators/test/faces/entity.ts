import { type AnyCache, entityCache } from '../../src/index.ts';
import type { Face, Made } from './face.ts';

export const entityFace: Face = {
  name: 'entityCache',
  cannot: {
    'own keys': 'keys are the name and the primary key',
    'call options': 'options are those of all entities of the cache',
    'no arguments': 'a call has to identify an entity',
    'class names': 'an entity has its own name',
    undefined: 'undefined says that there is no such entity',
    'finder of calls': 'the cache of all entities is found without a call',
  },
  make(cache, options, body) {
    const { name = 'thing', ...rest } = options as { name?: string };
    const things = entityCache<unknown, { pk: string | number }>({
      ...rest,
      name,
      key: ({ pk }) => pk,
      cache: cache as AnyCache & never,
    });
    const self = { tenant: 'acme' };
    const fn = things.cached(
      body as never,
      { args: (...args: unknown[]) => ({ pk: args[0] }) } as never,
    ) as unknown as Made['fn'] & Made['tools'];
    return { call: (...args) => fn.apply(self, args), tools: fn, fn, self };
  },
};
