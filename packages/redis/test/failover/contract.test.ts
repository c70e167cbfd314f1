import { failover, type Wire } from '@cache/core';
import { compareWithModel, describeBackend, type MakeSubject } from '@cache/core/testing';
import { memoryBackend } from '@cache/memory';
import { afterAll, describe, inject, it } from 'vitest';
import { adminOf, redisCapabilities, redisSubject } from '../redis-subject.ts';

const { url, prefix } = inject('redis');
const admin = adminOf(url);
afterAll(() => admin.disconnect());

const runs = process.env.CACHE_TEST_LONG === '1' ? 2_000 : 50;
const capabilities = { ...redisCapabilities, prefix };

const redis = redisSubject({ url }, admin);

/** Redis, and a memory of its own for each process. */
const pair: MakeSubject<Wire> = async (scope) => {
  const { backend, peer, ...rest } = await redis(scope);
  return {
    ...rest,
    backend: failover(backend, memoryBackend<Wire>()),
    ...(peer !== undefined && { peer: async () => failover(await peer(), memoryBackend<Wire>()) }),
  };
};

describeBackend('failover(redis, memory)', pair, capabilities, { describe, it });

it('answers as a Map would, whatever is called with whatever', { timeout: runs * 300 }, async () => {
  await compareWithModel(pair, { runs, capabilities });
});
