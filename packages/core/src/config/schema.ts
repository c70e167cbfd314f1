import { z } from 'zod';
import type { Logger } from '../cache/failures.ts';
import type { Serializer, Wire } from '../contract/serializer.ts';
import type { StandardSchema } from '../contract/standard-schema.ts';
import type { Clock } from '../time/clock.ts';
import type { Duration, DurationString } from '../time/ttl.ts';
import type { CacheConfig, FallbackSection, NearSection, Setting } from './config.ts';
import type { BackendSchemes, HostPort } from './scheme.ts';

// The form of a configuration. What a value may be beyond its type (a duration that can be read, a parameter that
// exists) is checked where URLs are checked, by the same code.

/** A value that JSON cannot carry: only code can give it. */
function fromCode<T>(test: (value: object) => boolean): z.ZodCustom<T, T> {
  return z.custom<T>(
    (value) => (typeof value === 'object' || typeof value === 'function') && value !== null && test(value),
  );
}

const number = z.union([z.number(), z.custom<number>((value) => value === Number.POSITIVE_INFINITY)]); // zod's own is finite
const amount = z.number().optional();
const duration = z.strictObject({
  milliseconds: amount,
  seconds: amount,
  minutes: amount,
  hours: amount,
  days: amount,
});
const ttl = z.union([
  number,
  z.custom<DurationString>((value) => typeof value === 'string').meta({ type: 'string' }),
  duration.readonly() as unknown as z.ZodType<Duration>, // whose fields are absent rather than undefined; parseTtl insists
  z.null(),
]);
const window = ttl.optional();
const hosts = z.array(
  z.union([z.string(), z.strictObject({ host: z.string(), port: z.number().optional() }).readonly()]),
) as unknown as z.ZodType<readonly (string | HostPort)[]>; // zod's readonly array of readonly objects has another spelling
const setting: z.ZodType<Setting> = z.union([z.string(), number, z.boolean(), z.null(), hosts, z.undefined()]);
const numeric = z.union([number, z.string()]).optional();
const text = z.string().optional();
const flag = z.boolean().optional();

const backend = {
  url: text,
  memory: z.object({ max: numeric }).catchall(setting).readonly().optional(),
  redis: z
    .object({
      scheme: text,
      host: text,
      port: numeric,
      db: numeric,
      username: text,
      password: text,
      tls: z.union([z.boolean(), z.string()]).optional(),
      timeout: numeric,
    })
    .catchall(setting)
    .readonly()
    .optional(),
};
const near = z
  .strictObject({
    ...backend,
    nearTtl: window,
    maxStaleness: window,
    clone: flag,
    nearFor: fromCode<NonNullable<NearSection['nearFor']>>((value) => typeof value === 'function').optional(),
    admit: fromCode<NonNullable<NearSection['admit']>>((value) => typeof value === 'function').optional(),
  })
  .readonly();
const fallback = z
  .strictObject({
    ...backend,
    errors: number.optional(),
    errorRate: number.optional(),
    slowAfter: window,
    probeEvery: window,
    mirror: z.enum(['always', 'errors-only']).optional(),
    fallbackTtl: window,
    readFallbackOnMiss: flag,
    reconcile: z.enum(['delete', 'restore']).optional(),
    lateWrites: window,
    maxJournalEntries: number.optional(),
    maxJournalBytes: number.optional(),
  })
  .readonly();

const schema = z
  .strictObject({
    ...backend,
    near: z.union([z.string(), near]).optional(),
    fallback: z.union([z.string(), fallback]).optional(),
    serializer: z
      .union([
        z.string(),
        fromCode<Serializer<unknown, Wire>>((value) => 'serialize' in value && 'deserialize' in value),
      ])
      .optional(),
    prefix: text,
    tags: flag,
    version: z.union([z.string(), z.number()]).optional(),
    name: text,
    ttl: window,
    jitter: z.number().optional(),
    staleWhileRevalidate: window,
    staleIfError: window,
    refreshAhead: z.number().optional(),
    earlyExpiration: z.union([z.boolean(), z.strictObject({ beta: z.number() }).readonly()]).optional(),
    timeout: z.strictObject({ soft: window, hard: window }).readonly().optional(),
    cacheErrors: window,
    singleFlight: flag,
    leaseTtl: window,
    waitTimeout: window,
    onWaitTimeout: z.enum(['throw', 'load']).optional(),
    onCorrupt: z.enum(['load', 'throw']).optional(),
    onInvalid: z.enum(['miss', 'throw']).optional(),
    onError: z.enum(['throw', 'bypass']).optional(),
    isolate: z.enum(['share', 'freeze', 'clone']).optional(),
    maxValueBytes: number.optional(),
    enabled: flag,
    schema: fromCode<StandardSchema<unknown>>((value) => '~standard' in value).optional(),
    clock: fromCode<Clock>((value) => 'now' in value).optional(),
    logger: fromCode<Logger>((value) => 'warn' in value).optional(),
    backends: fromCode<readonly BackendSchemes[]>(
      (value) => Array.isArray(value) && value.every((schemes) => typeof schemes === 'object' && schemes !== null),
    ).optional(),
  })
  .readonly();

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Plain<T> = { [Key in keyof T]: T[Key] };
// fails to compile when the interface and the schema part
const _same: Same<Plain<z.infer<typeof schema>>, Plain<CacheConfig>> = true;
const _near: Same<Plain<z.infer<typeof near>>, Plain<NearSection>> = true;
const _fallback: Same<Plain<z.infer<typeof fallback>>, Plain<FallbackSection>> = true;

/** The form of {@link CacheConfig}. */
export const cacheConfigSchema: z.ZodType<CacheConfig> = schema as z.ZodType<CacheConfig>;

/** The form of {@link NearSection}. */
export const nearSchema: z.ZodType<NearSection> = near;

/** The form of {@link FallbackSection}. */
export const fallbackSchema: z.ZodType<FallbackSection> = fallback;
