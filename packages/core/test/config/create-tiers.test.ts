import { expect, test } from 'vitest';
import type { Backend, Wire } from '../../src/index.ts';
import {
  type BackendSchemes,
  CacheConnectionError,
  createCache,
  defineScheme,
  dummyBackend,
  hit,
  isTagging,
} from '../../src/index.ts';
import { inMemoryServer } from '../../src/testing/index.ts';

const stored = new Map<string, unknown>();
const parameters = {};

function scheme(name: string, create: () => Backend<unknown>): BackendSchemes {
  return { [name]: defineScheme({ scheme: name, description: 'for these tests', parameters, create }) };
}

const backends: readonly BackendSchemes[] = [
  scheme('values', () => inMemoryServer().connect()),
  scheme('bytes', () => ({ ...inMemoryServer<Wire>().connect(), stores: 'bytes' }) as Backend<unknown>),
  // tells nobody of changes, and keeps what it is given where a test can see it
  scheme('silent', () => ({
    ...dummyBackend(),
    set: (key, value) => Boolean(stored.set(key, value)),
    getEntry: (key) => (stored.has(key) ? { value: stored.get(key), freshFor: null, expiresIn: null } : undefined),
    get: (key) => (stored.has(key) ? hit(stored.get(key)) : { hit: false }),
  })),
  scheme('down', () => ({
    ...inMemoryServer().connect(),
    set: () => Promise.reject(new CacheConnectionError('down')),
  })),
];

const value = { list: [1, 2], text: 'a' };

test.each([
  { url: 'bytes://', near: 'values://' },
  { url: 'values://', near: 'values://', serializer: 'json', maxValueBytes: 100 },
  { url: 'values://', near: { url: 'values://', nearTtl: '1m' }, tags: true },
  { url: 'values://', fallback: 'bytes://' },
  { url: 'values://', fallback: 'bytes://', serializer: 'json' },
  { url: 'bytes://', fallback: 'values://', near: 'values://' },
  { url: 'down://', fallback: 'bytes://', logger: { warn: () => {} } },
] as const)('what is written through %j is read', async (config) => {
  await using cache = await createCache<typeof value>({ ...config, backends });
  await cache.set('a', value);
  expect(await cache.get('a')).toEqual(value);
  expect(await cache.getOrSet('b', () => value)).toEqual(value);
});

test('a server keeps bytes although near keeps values, and its bound on them holds', async () => {
  const config = {
    url: 'silent://',
    serializer: 'json',
    maxValueBytes: 20,
    near: { url: 'values://', nearTtl: 60_000 },
  };
  await using cache = await createCache<string>({ ...config, backends });
  await cache.set('a', 'text');
  expect(stored.get('cache:a')).toBe('"text"');
  await expect(cache.set('b', 'x'.repeat(30))).rejects.toThrow(/20 bytes/);
});

test.each([
  [{ url: 'values://', near: 'bytes://' }, 'near: expected a backend of this process, such as memory://, got bytes://'],
  [{ url: 'silent://', near: 'values://' }, 'near: expected nearTtl, since silent:// does not tell of changes: '],
  [{ url: 'values://', near: { url: 'values://', maxStaleness: 5 } }, 'near: maxStaleness: expected at least 100 '],
])('tiers that do not go together are refused: %j', async (config, message) => {
  await expect(createCache({ ...config, backends })).rejects.toThrow(message);
});

test('tags that are off are not seen, although the backend has them', async () => {
  await using cache = await createCache({ url: 'values://', tags: false, backends });
  await expect(cache.invalidateTags(['a'])).rejects.toMatchObject({ code: 'MISSING_CAPABILITY' });
  const { withTags } = await import('../../src/config/with-tags.ts');
  const without = withTags(inMemoryServer().connect(), false);
  expect(isTagging(without)).toBe(false);
  expect('invalidateTags' in without).toBe(false);
  expect('getEntry' in without).toBe(true);
});
