import type { BackendSchemes } from '@cache/core';
import { optionsFrom } from './options-from.ts';
import { redisBackend } from './redis-backend.ts';
import { schemes } from './schemes.ts';

/** The schemes of this package, for configuration: `redis://`, `rediss://`, `redis+unix://`, `redis+cluster://`, `redis+sentinel://`. */
export const backends: BackendSchemes = Object.fromEntries(
  Object.entries(schemes).map(([scheme, form]) => [
    scheme,
    {
      ...form,
      create(settings, { observe = [], logger }) {
        const options = optionsFrom({ scheme, settings });
        return redisBackend({ ...options, logger, observe: [...new Set([...(options.observe ?? []), ...observe])] });
      },
    },
  ]),
);
