import { InvalidTtlError } from '../contract/errors.ts';

/** A time to live: milliseconds, a string with a unit, an object of units, or `null` (as `Infinity`) for never. */
export type Ttl = number | DurationString | Duration | null;

/** A number, optionally with a decimal fraction, and its unit: `'250ms'`, `'1.5s'`, `'5m'`, `'2h'`, `'7d'`. */
export type DurationString = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

/** Units that add up: `{ minutes: 1, seconds: 30 }`. */
export interface Duration {
  readonly milliseconds?: number;
  readonly seconds?: number;
  readonly minutes?: number;
  readonly hours?: number;
  readonly days?: number;
}

// duration := digits [ '.' digits ] unit ; unit := 'ms' | 's' | 'm' | 'h' | 'd'
const grammar = /^(\d{1,16}(?:\.\d{1,16})?)(ms|s|m|h|d)$/;

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const fieldMs = { milliseconds: 1, seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

/**
 * The milliseconds that `ttl` means, or `null` for never. Sub-millisecond fractions of a longer time are rounded up.
 * @throws {InvalidTtlError} on zero, negative, NaN, less than 1 ms, more than `Number.MAX_SAFE_INTEGER` ms, and anything unreadable.
 */
export function parseTtl(ttl: Ttl, what = 'ttl'): number | null {
  if (ttl === null) return null;
  let ms: number;
  if (typeof ttl === 'number') {
    if (ttl === Number.POSITIVE_INFINITY) return null;
    ms = ttl;
  } else if (typeof ttl === 'string') {
    const match = grammar.exec(ttl);
    if (match === null) throw invalid(what, ttl);
    ms = Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
  } else if (typeof ttl === 'object') {
    ms = sum(ttl, what);
    if (ms === Number.POSITIVE_INFINITY) return null;
  } else {
    throw invalid(what, ttl);
  }
  if (!(ms >= 1 && ms <= Number.MAX_SAFE_INTEGER)) throw invalid(what, ttl);
  // 15 digits: '1.473d' is 127267200 ms, and 127267200.00000001 in floating point.
  return Math.ceil(ms < 1e15 ? Number(ms.toPrecision(15)) : ms);
}

/** As {@link parseTtl} for a window that may be absent: `undefined` is 0, and never is not allowed. */
export function parseWindow(window: Ttl | undefined, what: string): number {
  if (window === undefined || window === 0) return 0;
  const ms = parseTtl(window, what);
  if (ms === null) throw new InvalidTtlError(`${what}: expected a finite duration, got ${describe(window)}`);
  return ms;
}

function sum(duration: Duration, what: string): number {
  let ms = 0;
  let fields = 0;
  for (const [field, amount] of Object.entries(duration)) {
    if (!Object.hasOwn(fieldMs, field) || typeof amount !== 'number' || !(amount >= 0)) throw invalid(what, duration);
    ms += amount * fieldMs[field as keyof Duration];
    fields++;
  }
  if (fields === 0) throw invalid(what, duration);
  return ms;
}

function invalid(what: string, got: unknown): InvalidTtlError {
  return new InvalidTtlError(
    `${what}: expected milliseconds (at least 1), '250ms' '1.5s' '5m' '2h' '7d', { minutes: 5 } or null (never), got ${describe(got)}`,
  );
}

function describe(got: unknown): string {
  if (typeof got === 'string') return JSON.stringify(got.length > 40 ? `${got.slice(0, 40)}…` : got);
  if (typeof got === 'number' || got === null || typeof got === 'undefined') return String(got);
  if (typeof got === 'object') return `{ ${Object.keys(got).slice(0, 5).join(', ')} }`;
  return typeof got;
}
