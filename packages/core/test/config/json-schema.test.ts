import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { cacheConfigJsonSchema, cacheConfigSchema } from '../../src/config/index.ts';

const schema = cacheConfigJsonSchema();
const reread = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);

test('the JSON Schema names what text can say, each with a line of its own, and nothing that is for code', () => {
  const properties = schema.properties as Readonly<Record<string, { description?: string }>>;
  expect(Object.keys(properties)).toEqual(
    expect.arrayContaining(['url', 'redis', 'ttl', 'near', 'fallback', 'enabled']),
  );
  for (const name of ['schema', 'clock', 'logger', 'backends']) expect(properties).not.toHaveProperty(name);
  for (const [name, { description }] of Object.entries(properties))
    if (!['url', 'memory', 'redis', 'timeout'].includes(name)) expect(description, name).toMatch(/\w/);
  expect(JSON.stringify(schema)).not.toContain('nearFor');
  expect(JSON.stringify(schema)).toContain('"maxStaleness":{"description":"how old');
});

test('a document is right by the JSON Schema exactly when the config object is', () => {
  const word = fc.constantFrom(
    'url',
    'ttl',
    'tll',
    'redis',
    'near',
    'fallback',
    'host',
    'maxStaleness',
    'onError',
    'timeout',
  );
  const leaf = fc.oneof(
    fc.constantFrom('memory://', '5m', 'bypass', 'soft'),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );
  const config = fc.dictionary(word, fc.oneof(leaf, fc.dictionary(word, leaf, { maxKeys: 3 })), { maxKeys: 4 });
  fc.assert(
    fc.property(config, (document) => {
      expect(reread.safeParse(document).success).toBe(cacheConfigSchema.safeParse(document).success);
    }),
    { numRuns: 500 },
  );
});
