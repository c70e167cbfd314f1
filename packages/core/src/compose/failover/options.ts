import { type Logger, processLogger } from '../../cache/failures.ts';
import {
  aBoolean,
  aClock,
  aLogger,
  aString,
  aTime,
  checkOptions,
  isNumber,
  type OptionCheck,
  oneOf,
} from '../../cache/option-checks.ts';
import { type Clock, systemClock } from '../../time/clock.ts';
import { parseTtl, parseWindow, type Ttl } from '../../time/ttl.ts';

/** When the primary is left, what the fallback holds meanwhile, and how the primary is trusted again. */
export interface FailoverOptions {
  /** Failures of the primary in a row that open the circuit: from then on it is not asked. @default 3 */
  readonly errors?: number | undefined;
  /** The share of recent calls (the last 20 to 100) that failed, above 0 and up to 1, that opens it too. @default 0.5 */
  readonly errorRate?: number | undefined;
  /**
   * A call that takes longer counts as failed, and its caller gets the fallback's answer at this moment. For a primary
   * without deadlines of its own, or with longer ones than a caller should wait for. @default never
   */
  readonly slowAfter?: Ttl | undefined;
  /** While the circuit is open, the primary is asked once in this time whether it is back. @default '500ms' */
  readonly probeEvery?: Ttl | undefined;
  /**
   * `'always'`: what the primary took is written to the fallback too, so that it is warm. `'errors-only'`: the fallback is
   * written while the primary fails, and what it took is removed from it when the primary is back. @default 'always'
   */
  readonly mirror?: 'always' | 'errors-only' | undefined;
  /** What the fallback stores lives at most this long, stale window included. @default as in the primary */
  readonly fallbackTtl?: Ttl | undefined;
  /** Ask the fallback also when the primary answers that it has no entry: it may hold what others removed or what expired. @default false */
  readonly readFallbackOnMiss?: boolean | undefined;
  /**
   * What becomes of a key that was changed while the primary was away. `'delete'`: removed on both sides, and loaded anew;
   * nothing old can come back. `'restore'`: removed from the primary, which then takes what the fallback holds unless it
   * has an entry again; what another process removed or replaced meanwhile can come back. @default 'delete'
   */
  readonly reconcile?: 'delete' | 'restore' | undefined;
  /** How long after it failed a write may still take effect on the primary: its key is not trusted there before. @default 0 */
  readonly lateWrites?: Ttl | undefined;
  /** Changed keys that are remembered; with more, what they have in common is cleared from the primary instead. @default 100,000 */
  readonly maxJournalEntries?: number | undefined;
  /** Bytes of changed keys that are remembered (two a character). @default 16 MiB */
  readonly maxJournalBytes?: number | undefined;
  /**
   * What the keys begin with: cleared from the primary when more was changed than is remembered. A primary whose
   * `clearsAll` is `false` needs it where keys have nothing in common. @default what changed keys begin with
   */
  readonly prefix?: string | undefined;
  /** Where time comes from. @default the process' monotonic clock */
  readonly clock?: Clock | undefined;
  /** Where warnings go: one an outage. @default `process.emitWarning` */
  readonly logger?: Logger | undefined;
}

const count: OptionCheck = ['a whole number (at least 1)', (given) => Number.isInteger(given) && Number(given) >= 1];

const checks: { readonly [option in keyof FailoverOptions]-?: OptionCheck } = {
  errors: count,
  errorRate: ['a fraction above 0 and up to 1', isNumber(Number.MIN_VALUE, 1)],
  slowAfter: aTime,
  probeEvery: aTime,
  mirror: oneOf('always', 'errors-only'),
  fallbackTtl: aTime,
  readFallbackOnMiss: aBoolean,
  reconcile: oneOf('delete', 'restore'),
  lateWrites: aTime,
  maxJournalEntries: count,
  maxJournalBytes: count,
  prefix: aString,
  clock: aClock,
  logger: aLogger,
};

/** The options with every default filled in, times in milliseconds. */
export interface FailoverPlan {
  readonly errors: number;
  readonly errorRate: number;
  /** `undefined`: nothing is too slow. */
  readonly slowAfter: number | undefined;
  readonly probeEvery: number;
  readonly mirror: 'always' | 'errors-only';
  /** `undefined`: as long as in the primary. */
  readonly fallbackTtl: number | undefined;
  readonly readFallbackOnMiss: boolean;
  readonly reconcile: 'delete' | 'restore';
  readonly lateWrites: number;
  readonly maxJournalEntries: number;
  readonly maxJournalBytes: number;
  readonly prefix: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** @throws {CacheConfigError} on an option that does not exist or is not what it may be */
export function failoverPlan(options: FailoverOptions): FailoverPlan {
  checkOptions('failover', checks, options, 'failover ');
  return {
    errors: options.errors ?? 3,
    errorRate: options.errorRate ?? 0.5,
    slowAfter: parseTtl(options.slowAfter ?? null, 'failover slowAfter') ?? undefined,
    probeEvery: parseWindow(options.probeEvery ?? 500, 'failover probeEvery'),
    mirror: options.mirror ?? 'always',
    fallbackTtl: parseTtl(options.fallbackTtl ?? null, 'failover fallbackTtl') ?? undefined,
    readFallbackOnMiss: options.readFallbackOnMiss ?? false,
    reconcile: options.reconcile ?? 'delete',
    lateWrites: parseWindow(options.lateWrites, 'failover lateWrites'),
    maxJournalEntries: options.maxJournalEntries ?? 100_000,
    maxJournalBytes: options.maxJournalBytes ?? 2 ** 24,
    prefix: options.prefix,
    clock: options.clock ?? systemClock,
    logger: options.logger ?? processLogger,
  };
}
