import { plainJson, serialized, tiered, type Wire } from '@cache/core';
import {
  type BackendCapabilities,
  compareWithModel,
  describeBackend,
  type MakeSubject,
  manualClock,
} from '@cache/core/testing';
import { memoryBackend } from '@cache/memory';
import { afterAll, describe, inject, it } from 'vitest';
import { redisBackend } from '../../src/index.ts';
import { adminOf, redisSubject } from '../redis-subject.ts';

const { url, prefix } = inject('redis');
const admin = adminOf(url);
afterAll(() => admin.disconnect());

const runs = process.env.CACHE_TEST_LONG === '1' ? 3_000 : 100;
const capabilities: BackendCapabilities = {
  leases: true,
  tags: true,
  observing: true,
  shared: true,
  slack: 5_000,
  prefix,
  values: [null, undefined, 0, '', false, 'é🔑', [], {}, { a: [1, null] }],
};

/** Near is in this process and far on the server: time passes for both. */
const tiers: MakeSubject<unknown> = async (scope) => {
  const server = await redisSubject({ url }, admin)(scope);
  const clock = manualClock();
  const make = () =>
    serialized<unknown, Wire>(
      tiered(memoryBackend({ clock }), redisBackend({ url, observe: [scope.prefix] })),
      plainJson,
    );
  return {
    backend: make(),
    peer: make,
    async advance(ms) {
      await server.advance(ms);
      clock.advance(ms);
    },
  };
};

describeBackend('memory above redis', tiers, capabilities, { describe, it });

it('answers as a Map would, whatever is called with whatever', { timeout: runs * 300 }, async () => {
  await compareWithModel(tiers, { runs, capabilities });
});
