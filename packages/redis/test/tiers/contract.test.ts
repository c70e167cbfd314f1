import { compareWithModel, describeBackend } from '@cache/core/testing';
import { afterAll, describe, inject, it } from 'vitest';
import { adminOf, redisCapabilities } from '../redis-subject.ts';
import { jsonValues, tiersSubject } from './tiers-subject.ts';

const { url, prefix } = inject('redis');
const admin = adminOf(url);
afterAll(() => admin.disconnect());

const runs = process.env.CACHE_TEST_LONG === '1' ? 3_000 : 100;
const capabilities = { ...redisCapabilities, prefix, values: jsonValues };

const tiers = tiersSubject({ url }, admin);

describeBackend('memory above redis', tiers, capabilities, { describe, it });

it('answers as a Map would, whatever is called with whatever', { timeout: runs * 300 }, async () => {
  await compareWithModel(tiers, { runs, capabilities });
});
