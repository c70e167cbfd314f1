import { aBoolean, aClock, aFunction, aTime, checkOptions, type OptionCheck } from '../../cache/option-checks.ts';
import type { Entry } from '../../contract/backend.ts';
import { CacheConfigError } from '../../contract/errors.ts';
import { type Clock, systemClock } from '../../time/clock.ts';
import { parseTtl, type Ttl } from '../../time/ttl.ts';

/** How near stands to far. Keys are full keys, the cache's prefix included. */
export interface TieredOptions {
  /**
   * The longest that an entry is served from near before far is asked again. Must be given where far does not tell of
   * changes: it is then how old what near serves may be. @default as long as far keeps the entry fresh
   */
  readonly nearTtl?: Ttl | undefined;
  /** Which keys near holds; the others are read far each time. @default all */
  readonly nearFor?: ((key: string) => boolean) | undefined;
  /** Whether near takes an entry that was read far: to keep out what is large, say. @default all */
  readonly admit?: ((key: string, entry: Entry<unknown>) => boolean) | undefined;
  /**
   * How old what near serves may be when far has fallen silent without a word, at least 100 ms. Far is asked three times
   * as often whether it is still there. @default '2s'
   */
  readonly maxStaleness?: Ttl | undefined;
  /** Gives every caller a `structuredClone` of its own, for callers who change what they read. @default false */
  readonly clone?: boolean | undefined;
  /** Where time comes from. @default the process' monotonic clock */
  readonly clock?: Clock | undefined;
}

/** {@link TieredOptions}, checked and complete. */
export interface TieredSettings {
  readonly nearTtl: number | null;
  readonly nearFor: (key: string) => boolean;
  readonly admit: (key: string, entry: Entry<unknown>) => boolean;
  readonly maxStaleness: number;
  readonly clone: boolean;
  readonly clock: Clock;
}

const checks: { readonly [option in keyof TieredOptions]-?: OptionCheck } = {
  nearTtl: aTime,
  nearFor: aFunction,
  admit: aFunction,
  maxStaleness: aTime,
  clone: aBoolean,
  clock: aClock,
};
const any = (): boolean => true;

/** @throws {CacheConfigError} on an option that is wrong or does not exist; {InvalidTtlError} on a bad time */
export function tieredSettings(options: TieredOptions): TieredSettings {
  checkOptions('tiered', checks, options);
  const { nearTtl = null, nearFor = any, admit = any, maxStaleness = 2_000, clone = false, clock } = options;
  const bound = parseTtl(maxStaleness, 'maxStaleness');
  if (bound === null || bound < 100)
    throw new CacheConfigError(`maxStaleness: expected at least 100 milliseconds and not never, got ${bound}`);
  return {
    nearTtl: parseTtl(nearTtl, 'nearTtl'),
    nearFor,
    admit,
    maxStaleness: bound,
    clone,
    clock: clock ?? systemClock,
  };
}
