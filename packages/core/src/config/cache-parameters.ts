import type { Parameters } from './scheme.ts';

/** What every URL may say of the cache above its backend, by the names of the cache's own options. */
export const cacheParameters: Parameters = {
  prefix: { type: 'text', description: "starts every key (without it: 'cache:' on a backend of bytes, else nothing)" },
  ttl: { type: 'duration', orNever: true, description: 'how long an entry stays fresh that is written without a ttl' },
  serializer: { type: 'text', description: 'how values become bytes: json, msgpack, json+zlib, …' },
  enabled: { type: 'boolean', description: 'false: every lookup is a miss and nothing is stored' },
};
