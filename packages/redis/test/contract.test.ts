import { plainJson, serialized, type Wire } from '@cache/core';
import { type BackendCapabilities, compareWithModel, describeBackend, type MakeSubject } from '@cache/core/testing';
import { Redis } from 'ioredis';
import { afterAll, describe, inject, it } from 'vitest';
import { redisBackend } from '../src/index.ts';
import { advance } from './advance.ts';

const { url } = inject('redis');
const admin = new Redis(url);
afterAll(() => admin.disconnect());

const runs = process.env.CACHE_TEST_LONG === '1' ? 10_000 : 300;
const capabilities: BackendCapabilities = { shared: true, slack: 5_000, staleWindows: false };

const redis: MakeSubject<Wire> = ({ prefix }) => ({
  backend: redisBackend({ url }),
  peer: () => redisBackend({ url }),
  advance: (ms) => advance(admin, prefix, ms),
});

const json: MakeSubject<unknown> = async (scope) => {
  const { backend, ...rest } = await redis(scope);
  return {
    ...rest,
    backend: serialized<unknown, Wire>(backend, plainJson),
    peer: () => serialized(redisBackend({ url }), plainJson),
  };
};
const plain = { ...capabilities, values: [null, undefined, 0, '', false, 'é🔑', [], {}, { a: [1, null] }] };

describeBackend('redis', redis, capabilities, { describe, it });
describeBackend('plain JSON on redis', json, plain, { describe, it });

it('answers as a Map would, whatever is called with whatever', { timeout: runs * 300 }, async () => {
  await compareWithModel(redis, { runs, capabilities });
  await compareWithModel(json, { runs: runs / 10, capabilities: plain });
});
