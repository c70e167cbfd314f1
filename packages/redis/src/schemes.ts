import type { SchemeForm } from '@cache/core';

// Only what stands here reaches ioredis: left to itself it takes every parameter of a URL for an option.

const credentials = {
  username: { type: 'text', description: 'the user of the ACL' },
  password: { type: 'text', secret: true, description: 'the password' },
} as const;

const database = {
  db: { type: 'integer', min: 0, max: 2_147_483_647, default: 0, description: 'the number of the database' },
} as const;

const behaviour = {
  timeout: { type: 'duration', default: 500, description: 'within this every operation settles' },
  connectTimeout: { type: 'duration', default: 2_000, description: 'for making a connection: TCP, TLS, password' },
  allowClearAll: {
    type: 'boolean',
    default: false,
    description: 'clear() without a prefix may remove every entry of the database, whoever wrote it',
  },
  observe: { type: 'list', description: 'prefixes of keys whose changes are told to near tiers' },
  fencedWrites: {
    type: 'boolean',
    default: false,
    description: 'no write lands after its caller was told that it timed out',
  },
  connectionName: { type: 'text', description: 'as CLIENT LIST shows it' },
} as const;

const network = {
  family: { type: 'choice', choices: ['4', '6'], description: 'addresses of this IP version only' },
  keepAlive: { type: 'duration', orZero: true, description: 'idle time before TCP asks whether the other side lives' },
} as const;

const certificates = {
  ca: { type: 'text', description: 'file with the certificates to trust, PEM' },
  cert: { type: 'text', description: 'file with the certificate of this client, PEM' },
  key: { type: 'text', description: 'file with the key of that certificate, PEM' },
  servername: { type: 'text', description: 'the name the server must prove, where it is not its host' },
} as const;

const tls = { tls: { type: 'boolean', default: false, description: 'encrypted' }, ...certificates } as const;

const server = {
  host: { type: 'text', default: 'localhost', description: 'name or address of the server' },
  port: { type: 'integer', min: 1, max: 65_535, default: 6379, description: 'its port' },
  ...database,
  ...credentials,
  ...behaviour,
  ...network,
} as const;

/** How the schemes of this package are written. */
export const schemes: Readonly<Record<string, SchemeForm>> = {
  redis: {
    scheme: 'redis',
    section: 'redis',
    connects: true,
    description: 'one Redis or Valkey server',
    url: { hosts: 'one', path: ['db'] },
    parameters: { ...server, ...tls },
  },
  rediss: {
    scheme: 'rediss',
    section: 'redis',
    connects: true,
    description: 'one Redis or Valkey server, over TLS',
    url: { hosts: 'one', path: ['db'] },
    parameters: { ...server, ...certificates },
  },
  'redis+unix': {
    scheme: 'redis+unix',
    section: 'redis',
    connects: true,
    description: 'one server on a unix socket',
    url: { path: 'file' },
    parameters: {
      path: { type: 'text', required: true, description: 'the socket' },
      ...database,
      ...credentials,
      ...behaviour,
    },
  },
  'redis+cluster': {
    scheme: 'redis+cluster',
    section: 'redis',
    connects: true,
    description: 'a cluster, by some of its nodes',
    url: { hosts: 'many' },
    parameters: {
      hosts: { type: 'hosts', required: true, description: 'some nodes; they tell of the others' },
      ...credentials,
      ...behaviour,
      ...network,
      ...tls,
    },
  },
  'redis+sentinel': {
    scheme: 'redis+sentinel',
    section: 'redis',
    connects: true,
    description: 'the primary that Sentinels name',
    url: { hosts: 'many', path: ['primary', 'db'] },
    parameters: {
      hosts: { type: 'hosts', required: true, description: 'Sentinels' },
      primary: { type: 'text', required: true, description: 'the name they know the primary by' },
      ...database,
      ...credentials,
      sentinelUsername: { type: 'text', description: 'the user of the ACL on the Sentinels' },
      sentinelPassword: { type: 'text', secret: true, description: 'the password on the Sentinels' },
      ...behaviour,
      ...network,
      ...tls,
    },
  },
};
