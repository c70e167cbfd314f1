import { assertOptions } from '../cache/check-options.ts';
import { aBoolean, checkOption, hasMethod, type OptionCheck, oneOf } from '../cache/option-checks.ts';
import { CacheConfigError } from '../contract/errors.ts';
import { parseTtl, parseWindow, type Ttl } from '../time/ttl.ts';
import type { SyncLoadOptions } from './sync-load.ts';

/** How an entry is loaded, stored and answered when it is not fresh. All durations as {@link Ttl}. */
export interface LoadOptions {
  /** How long the loaded value stays fresh. @default the cache's ttl */
  readonly ttl?: Ttl | undefined;
  /** Tags of the loaded entry. The loader can add more. */
  readonly tags?: readonly string[] | undefined;
  /** After `ttl`, for this long: answer with the old value at once and load behind (RFC 5861 §3). @default none */
  readonly staleWhileRevalidate?: Ttl | undefined;
  /** After `ttl`, for this long: answer with the old value when the loader or the backend fails (RFC 5861 §4). @default none */
  readonly staleIfError?: Ttl | undefined;
  /** Load behind once this share of `ttl` has passed, at most once per entry: above 0, below 1. @default never */
  readonly refreshAhead?: number | undefined;
  /**
   * Load behind at a random moment before the end, the sooner the longer loads take, so that a fleet without leases does
   * not reload all at once: XFetch (Vattani, Chierichetti, Lowenstein: Optimal Probabilistic Cache Stampede Prevention,
   * VLDB 2015, §3). `beta` above 1 is earlier. @default false
   */
  readonly earlyExpiration?: boolean | { readonly beta: number } | undefined;
  /**
   * `soft`: past it a stale value answers, where there is one, and the load goes on behind. `hard`: past it the caller
   * gets a `CacheTimeoutError`; the load goes on, and its value is stored if nothing invalidated it. @default none
   */
  readonly timeout?: { readonly soft?: Ttl | undefined; readonly hard?: Ttl | undefined } | undefined;
  /** Stops this caller from waiting. Others wait on; when nobody waits any more, the loader's own signal aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Answer with the same rejection for this long instead of loading again, in this process. @default never */
  readonly cacheErrors?: Ttl | undefined;
  /** An entry that cannot be read: `'load'` reports it, loads and overwrites it; `'throw'` rejects. @default 'load' */
  readonly onCorrupt?: 'load' | 'throw' | undefined;
  /** `false`: run an own loader although one is running. @default true */
  readonly singleFlight?: boolean | undefined;
  /** `true`: load although there is a fresh entry, and answer only with a value loaded after this call. @default false */
  readonly refresh?: boolean | undefined;
  /** How long a process may hold the right to load before it must have renewed it (it does, by itself). @default 1 s */
  readonly leaseTtl?: Ttl | undefined;
  /** How long to wait for a load that somebody else has begun, from its beginning on. @default 30 s */
  readonly waitTimeout?: Ttl | undefined;
  /** After that: `'throw'` a `CacheLeaseTimeoutError`, or `'load'` without storing. @default 'throw' */
  readonly onWaitTimeout?: 'throw' | 'load' | undefined;
  /** What a call of its own key inside its loader does: `'throw'`, or `'run'` the loader without cache. @default 'throw' */
  readonly onReentry?: 'throw' | 'run' | undefined;
}

/** What a cache gives its loads, unless a call says otherwise. */
export type LoadDefaults = Pick<
  LoadOptions,
  | 'staleWhileRevalidate'
  | 'staleIfError'
  | 'refreshAhead'
  | 'earlyExpiration'
  | 'timeout'
  | 'cacheErrors'
  | 'onCorrupt'
  | 'singleFlight'
  | 'leaseTtl'
  | 'waitTimeout'
  | 'onWaitTimeout'
>;

/** {@link LoadOptions} checked and completed: milliseconds, 0 for no window, `undefined` where there is no bound. */
export interface LoadPlan {
  readonly ttl: number | null;
  readonly tags: readonly string[];
  readonly staleWhileRevalidate: number;
  readonly staleIfError: number;
  readonly staleFor: number;
  readonly refreshAhead: number | undefined;
  readonly beta: number | undefined;
  readonly soft: number | undefined;
  readonly hard: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly cacheErrors: number;
  readonly onCorrupt: 'load' | 'throw';
  readonly singleFlight: boolean;
  readonly refresh: boolean;
  readonly leaseTtl: number;
  readonly waitTimeout: number;
  readonly onWaitTimeout: 'throw' | 'load';
  readonly onReentry: 'throw' | 'run';
  /** Callers need nothing but the value: no stale answers, bounds or signals of their own. */
  readonly plain: boolean;
}

/** Every option of a load that a `SyncCache` takes, where nobody can wait. */
export const syncLoadOptionNames: ReadonlySet<keyof SyncLoadOptions> = new Set([
  'ttl',
  'tags',
  'staleIfError',
  'cacheErrors',
  'onCorrupt',
  'refresh',
  'onReentry',
]);

/** Every option of a load. */
export const loadOptionNames: ReadonlySet<string> = new Set<keyof LoadOptions>([
  ...syncLoadOptionNames,
  'staleWhileRevalidate',
  'refreshAhead',
  'earlyExpiration',
  'timeout',
  'signal',
  'singleFlight',
  'leaseTtl',
  'waitTimeout',
  'onWaitTimeout',
]);

/** What an option that is one of several words may be. */
type Word<K extends keyof LoadOptions> = NonNullable<LoadOptions[K]>;

/**
 * Completes `options` by `defaults`; `ttl` is what the cache gives entries without one. `atOnce`: nobody can wait, so only
 * {@link SyncLoadOptions} are options.
 * @throws {InvalidTtlError} or {@link CacheConfigError} on an option that is unknown or out of range
 */
export function planLoad(
  options: LoadOptions,
  defaults: LoadDefaults,
  ttl: number | null,
  atOnce: boolean = false,
): LoadPlan {
  if (atOnce) assertOptions('options of a SyncCache (asCache() takes the others)', options, syncLoadOptionNames);
  else assertOptions('options', options, loadOptionNames);
  const pick = <K extends keyof LoadOptions>(name: K): LoadOptions[K] =>
    options[name] === undefined ? (defaults as LoadOptions)[name] : options[name];
  const checked = <K extends keyof LoadOptions>(name: K, check: OptionCheck): LoadOptions[K] => {
    checkOption(name, check, pick(name));
    return pick(name);
  };
  /** The first of two words unless another was given. */
  const choice = <K extends 'onCorrupt' | 'onWaitTimeout' | 'onReentry'>(
    name: K,
    ...words: [Word<K>, Word<K>]
  ): Word<K> => checked(name, oneOf(...words)) ?? words[0];
  const window = (name: 'staleWhileRevalidate' | 'staleIfError' | 'cacheErrors'): number =>
    parseWindow(pick(name), name);
  const staleWhileRevalidate = window('staleWhileRevalidate');
  const staleIfError = window('staleIfError');
  const timeout = pick('timeout');
  if (timeout !== undefined) assertOptions('timeout', timeout, timeoutNames);
  const soft = bound(timeout?.soft, 'timeout.soft');
  const hard = bound(timeout?.hard, 'timeout.hard');
  if (soft !== undefined && hard !== undefined && soft >= hard) {
    throw new CacheConfigError(`timeout: expected soft below hard, got ${soft} ms and ${hard} ms`);
  }
  const signal = checked('signal', anAbortSignal);
  const plan = {
    ttl: options.ttl === undefined ? ttl : parseTtl(options.ttl),
    tags: pick('tags') ?? none,
    staleWhileRevalidate,
    staleIfError,
    staleFor: Math.max(staleWhileRevalidate, staleIfError),
    refreshAhead: checked('refreshAhead', aShare),
    beta: beta(pick('earlyExpiration')),
    soft,
    hard,
    signal,
    cacheErrors: window('cacheErrors'),
    onCorrupt: choice('onCorrupt', 'load', 'throw'),
    singleFlight: checked('singleFlight', aBoolean) ?? true,
    refresh: checked('refresh', aBoolean) ?? false,
    leaseTtl: bound(pick('leaseTtl'), 'leaseTtl') ?? 1_000,
    waitTimeout: bound(pick('waitTimeout'), 'waitTimeout') ?? 30_000,
    onWaitTimeout: choice('onWaitTimeout', 'throw', 'load'),
    onReentry: choice('onReentry', 'throw', 'run'),
  } as const;
  const plain =
    plan.staleFor === 0 &&
    soft === undefined &&
    hard === undefined &&
    signal === undefined &&
    plan.onWaitTimeout === 'throw';
  return { ...plan, plain };
}

/**
 * Refuses options of a load that do not exist or are out of range, where they are given and not where they are used.
 * @param atOnce they are for a `SyncCache`
 * @throws {CacheConfigError} {InvalidTtlError}
 */
export function assertLoadOptions(options: LoadOptions, atOnce: boolean = false): void {
  planLoad(options, {}, null, atOnce);
}

const anAbortSignal: OptionCheck = ['an AbortSignal', hasMethod('throwIfAborted')];
const aShare: OptionCheck = [
  'a share of the ttl above 0 and below 1',
  (given) => typeof given === 'number' && given > 0 && given < 1,
];
const timeoutNames: ReadonlySet<string> = new Set(['soft', 'hard']);
const none: readonly string[] = Object.freeze([]);

function bound(duration: Ttl | undefined, what: string): number | undefined {
  if (duration === undefined) return undefined;
  const ms = parseTtl(duration, what);
  if (ms === null) throw new CacheConfigError(`${what}: expected a finite duration, got never`);
  return ms;
}

function beta(value: LoadOptions['earlyExpiration']): number | undefined {
  if (value === undefined || value === false) return undefined;
  if (value === true) return 1;
  const given = (value as { readonly beta: number } | null)?.beta as number;
  if (given > 0 && Number.isFinite(given)) return given;
  throw new CacheConfigError('earlyExpiration: expected true, false or { beta: a number above 0 }');
}
