import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type DurationString, InvalidTtlError, parseTtl, parseWindow, type Ttl } from '../../src/index.ts';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const units = Object.keys(unitMs) as (keyof typeof unitMs)[];
const fields = {
  milliseconds: 1,
  seconds: 1_000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
} as const;

describe('every accepted form', () => {
  it.each<[Ttl, number | null]>([
    [1, 1],
    [500, 500],
    [1.5, 2],
    [2 ** 51 + 0.5, 2 ** 51 + 1],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [2 ** 31, 2 ** 31],
    ['250ms', 250],
    ['1.5s', 1_500],
    ['1.473d', 127_267_200],
    [{ seconds: 1.1 }, 1_100],
    ['0.0015s', 2],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['007s', 7_000],
    [{ minutes: 5 }, 300_000],
    [{ minutes: 1, seconds: 30 }, 90_000],
    [{ days: 1, hours: 1, minutes: 1, seconds: 1, milliseconds: 1 }, 90_061_001],
    [{ hours: 0, seconds: 1 }, 1_000],
    [null, null],
    [Number.POSITIVE_INFINITY, null],
    [{ days: Number.POSITIVE_INFINITY }, null],
  ])('%j is %j milliseconds (S4, R6)', (ttl, ms) => {
    expect(parseTtl(ttl)).toBe(ms);
  });
});

describe('what is not a time to live', () => {
  it.each<[unknown, string]>([
    [0, '0'],
    [-0, '0'],
    [-1, '-1'],
    [0.5, '0.5'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [Number.MAX_SAFE_INTEGER + 2, '9007199254740992'],
    [undefined, 'undefined'],
    [true, 'boolean'],
    [5n, 'bigint'],
    [Symbol('5m'), 'symbol'],
    [() => 5, 'function'],
    ['', '""'],
    ['5', '"5"'],
    ['5 m', '"5 m"'],
    [' 5m', '" 5m"'],
    ['5m ', '"5m "'],
    ['5M', '"5M"'],
    ['5min', '"5min"'],
    ['1h30m', '"1h30m"'],
    ['.5s', '".5s"'],
    ['5.s', '"5.s"'],
    ['-5m', '"-5m"'],
    ['+5m', '"+5m"'],
    ['1e3ms', '"1e3ms"'],
    ['0s', '"0s"'],
    ['0.4ms', '"0.4ms"'],
    ['Infinity', '"Infinity"'],
    ['٥m', '"٥m"'],
    ['99999999999999999d', '"99999999999999999d"'],
    ['9007199254740992ms', '"9007199254740992ms"'],
    [{}, '{  }'],
    [{ minute: 5 }, '{ minute }'],
    [{ minutes: 5, foo: 1 }, '{ minutes, foo }'],
    [{ minutes: -5 }, '{ minutes }'],
    [{ hours: 2, minutes: -5 }, '{ hours, minutes }'],
    [{ minutes: '5' }, '{ minutes }'],
    [{ minutes: Number.NaN }, '{ minutes }'],
    [{ minutes: 0 }, '{ minutes }'],
    [[5], '{ 0 }'],
    [new Date(), '{  }'],
  ])('%o is refused, with what was expected and what came (S9, R5, D22, D32)', (ttl, got) => {
    expect(() => parseTtl(ttl as Ttl)).toThrow(InvalidTtlError);
    expect(() => parseTtl(ttl as Ttl)).toThrow(
      `ttl: expected milliseconds (at least 1), '250ms' '1.5s' '5m' '2h' '7d', { minutes: 5 } or null (never), got ${got}`,
    );
  });

  it('is refused in no time, and not quoted whole, however long it is', () => {
    const hostile = `${'1'.repeat(1_000_000)}x`; // steps that grow with the square would be a million millions
    const began = performance.now();
    expect(() => parseTtl(hostile as DurationString)).toThrow(/got "1{40}…"$/);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('names the option it was given for', () => {
    expect(() => parseTtl(-1, 'hard timeout')).toThrow(/^hard timeout: expected/);
  });
});

describe('properties', () => {
  it('a number with a unit is that many units, rounded up to a millisecond', () => {
    const amount = fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.option(fc.integer({ min: 0, max: 999 })));
    fc.assert(
      fc.property(amount, fc.constantFrom(...units), ([whole, thousandths], unit) => {
        const text = thousandths === null ? `${whole}` : `${whole}.${String(thousandths).padStart(3, '0')}`;
        // In whole numbers, which are exact.
        const thousandthsOfMs = (whole * 1_000 + (thousandths ?? 0)) * unitMs[unit];
        const ttl = `${text}${unit}` as DurationString;
        if (thousandthsOfMs < 1_000) expect(() => parseTtl(ttl)).toThrow(InvalidTtlError);
        else expect(parseTtl(ttl)).toBe(Math.ceil(thousandthsOfMs / 1_000));
      }),
    );
  });

  it('units add up, in whatever order they are given', () => {
    const part = fc.record(
      Object.fromEntries(Object.keys(fields).map((field) => [field, fc.nat(10_000)])) as Record<
        keyof typeof fields,
        fc.Arbitrary<number>
      >,
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(part, (duration) => {
        const sum = Object.entries(duration).reduce(
          (ms, [field, amount]) => ms + (amount as number) * fields[field as keyof typeof fields],
          0,
        );
        const reversed = Object.fromEntries(Object.entries(duration).reverse());
        if (sum < 1) expect(() => parseTtl(duration)).toThrow(InvalidTtlError);
        else {
          expect(parseTtl(duration)).toBe(sum);
          expect(parseTtl(reversed)).toBe(sum);
        }
      }),
    );
  });

  it('any other string is refused: what is accepted is exactly the grammar', () => {
    const near = fc.stringMatching(/^[ .+\-eE0-9msdhMx]{0,8}$/);
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), (text) => {
        const [, digits, unit] = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
        const ms = digits === undefined ? 0 : Number(digits) * unitMs[unit as keyof typeof unitMs];
        if (ms >= 1) expect(Math.abs((parseTtl(text as DurationString) as number) - ms)).toBeLessThanOrEqual(1);
        else expect(() => parseTtl(text as DurationString)).toThrow(InvalidTtlError);
      }),
      { numRuns: 2_000 },
    );
  });

  it('any number is refused or is itself, rounded up', () => {
    fc.assert(
      fc.property(fc.double(), (ms) => {
        if (ms === Number.POSITIVE_INFINITY) expect(parseTtl(ms)).toBeNull();
        else if (ms >= 1 && ms <= Number.MAX_SAFE_INTEGER) {
          const rounded = parseTtl(ms) as number;
          expect(Number.isInteger(rounded)).toBe(true);
          expect(rounded - ms).toBeGreaterThan(-1e-9 * ms);
          expect(rounded - ms).toBeLessThan(1);
        } else expect(() => parseTtl(ms)).toThrow(InvalidTtlError);
      }),
    );
  });
});

describe('a window', () => {
  it('may be absent or zero, and has an end', () => {
    expect(parseWindow(undefined, 'staleIfError')).toBe(0);
    expect(parseWindow(0, 'staleIfError')).toBe(0);
    expect(parseWindow('1m', 'staleIfError')).toBe(60_000);
    expect(() => parseWindow(null, 'staleIfError')).toThrow('staleIfError: expected a finite duration, got null');
    expect(() => parseWindow(-1, 'staleIfError')).toThrow(InvalidTtlError);
  });
});

it('a unit that does not exist, and a number with no unit, do not compile', () => {
  expectTypeOf<'5m'>().toExtend<Ttl>();
  expectTypeOf<'1.5s'>().toExtend<Ttl>();
  expectTypeOf<'5min'>().not.toExtend<Ttl>();
  expectTypeOf<'5'>().not.toExtend<Ttl>();
  expectTypeOf<{ minutes: 5 }>().toExtend<Ttl>();
  expectTypeOf<{ minute: 5 }>().not.toExtend<Ttl>();
  expectTypeOf<Date>().not.toExtend<Ttl>();
  expectTypeOf<undefined>().not.toExtend<Ttl>();
});
