import { z } from 'zod';
import type { Serializer, Wire } from '../contract/serializer.ts';
import type { DurationString } from '../time/ttl.ts';
import type { CacheConfig } from './config.ts';
import type { BackendSchemes } from './scheme.ts';

// The form of a configuration. What a value may be beyond its type (a duration that can be read, a scheme that exists)
// is checked where URLs are checked, by the same code.

const amount = z.number().exactOptional();
const ttl = z.union([
  z.number(),
  z.custom<DurationString>((value) => typeof value === 'string').meta({ type: 'string' }),
  z.strictObject({ milliseconds: amount, seconds: amount, minutes: amount, hours: amount, days: amount }).readonly(),
  z.null(),
]);
const serializer = z.custom<Serializer<unknown, Wire>>(
  (value) => typeof (value as Serializer<unknown, Wire> | null)?.serialize === 'function',
);
const backends = z.custom<readonly BackendSchemes[]>(
  (value) => Array.isArray(value) && value.every((schemes) => typeof schemes === 'object' && schemes !== null),
);

const schema = z
  .strictObject({
    url: z.string(),
    prefix: z.string().optional(),
    ttl: ttl.optional(),
    serializer: z.union([z.string(), serializer]).optional(),
    enabled: z.boolean().optional(),
    backends: backends.optional(),
  })
  .readonly();

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
// fails to compile when the interface and the schema part
const _same: Same<z.infer<typeof schema>, CacheConfig> = true;

/** The form of {@link CacheConfig}. */
export const cacheConfigSchema: z.ZodType<CacheConfig> = schema;
