import type { Parameters } from './scheme.ts';

/** What every URL, and every environment, may say of the cache above its backend: by the names of the cache's own options. */
export const cacheParameters: Parameters = {
  prefix: { type: 'text', description: 'starts every key (without it: `cache:` on a backend of bytes, else nothing)' },
  version: {
    type: 'text',
    description: 'adds `v<version>:` to the prefix, for deploys that change the shape of values',
  },
  name: { type: 'text', description: 'in events and warnings' },
  near: {
    type: 'text',
    description: 'a tier in this process in front of the backend, by its URL: `memory://?max=1000`',
  },
  fallback: { type: 'text', description: 'what serves while the backend does not, by its URL: `memory://`' },
  serializer: { type: 'text', description: 'how values become bytes: `json`, `msgpack`, `json+zlib`, …' },
  tags: {
    type: 'boolean',
    description: 'true: the backend has to keep tags; false: they are refused (without it: as the backend can)',
  },
  ttl: { type: 'duration', orNever: true, description: 'how long an entry stays fresh that is written without a ttl' },
  jitter: { type: 'number', min: 0, max: 1, description: 'shortens each ttl by a random part of up to this fraction' },
  staleWhileRevalidate: {
    type: 'duration',
    description: 'after the ttl, for this long: the old value at once, a load behind',
  },
  staleIfError: { type: 'duration', description: 'after the ttl, for this long: the old value when the loader fails' },
  refreshAhead: { type: 'number', min: 0, max: 1, description: 'load behind once this share of the ttl has passed' },
  earlyExpiration: { type: 'boolean', description: 'load behind at a random moment before the end' },
  cacheErrors: { type: 'duration', description: 'the same rejection for this long instead of another load' },
  singleFlight: { type: 'boolean', description: 'false: an own loader although one is running' },
  leaseTtl: { type: 'duration', description: 'how long a process holds the right to load before it must renew it' },
  waitTimeout: { type: 'duration', description: 'how long to wait for a load that somebody else has begun' },
  onWaitTimeout: { type: 'choice', choices: ['throw', 'load'], description: 'and what then' },
  onCorrupt: {
    type: 'choice',
    choices: ['load', 'throw'],
    description: 'what a load does with an entry that cannot be read',
  },
  onInvalid: {
    type: 'choice',
    choices: ['miss', 'throw'],
    description: 'what reading does with a value the schema refuses',
  },
  onError: { type: 'choice', choices: ['throw', 'bypass'], description: 'what a failure of the backend does' },
  isolate: {
    type: 'choice',
    choices: ['share', 'freeze', 'clone'],
    description: 'what callers share with a backend of values',
  },
  maxValueBytes: { type: 'integer', min: 1, orInfinity: true, description: 'values of more bytes are refused' },
  enabled: { type: 'boolean', description: 'false: every lookup is a miss and nothing is stored' },
};
