import { plainJson, serialized, type Wire } from '@cache/core';
import { compareWithModel, describeBackend, type MakeSubject } from '@cache/core/testing';
import { afterAll, describe, inject, it } from 'vitest';
import { adminOf, lineTo, redisCapabilities, redisSubject } from './redis-subject.ts';
import { jsonValues } from './tiers/tiers-subject.ts';

const { url, prefix } = inject('redis');
const admin = adminOf(url);
// A line that can be cut, unless its ends speak TLS.
const line = url.startsWith('rediss:') ? undefined : await lineTo(url);
afterAll(async () => {
  admin.disconnect();
  await line?.stop();
});

const long = process.env.CACHE_TEST_LONG === '1';
const runs = long ? 10_000 : 300;
const capabilities = { ...redisCapabilities, prefix, failing: line !== undefined };

const redis: MakeSubject<Wire> = async (scope) => ({
  ...(await redisSubject({ url: line?.url ?? url }, admin)(scope)),
  ...(line !== undefined && { fail: () => line.cutOff() }),
});

const json: MakeSubject<unknown> = async (scope) => {
  const { backend, peer, ...rest } = await redis(scope);
  return {
    ...rest,
    backend: serialized<unknown, Wire>(backend, plainJson),
    ...(peer !== undefined && { peer: async () => serialized(await peer(), plainJson) }),
  };
};
const plain = { ...capabilities, values: jsonValues };

describeBackend('redis', redis, capabilities, { describe, it });
if (long) describeBackend('plain JSON on redis', json, plain, { describe, it });

it('answers as a Map would, whatever is called with whatever', { timeout: runs * 300 }, async () => {
  await compareWithModel(redis, { runs, capabilities });
  await compareWithModel(json, { runs: runs / 10, capabilities: plain });
});
