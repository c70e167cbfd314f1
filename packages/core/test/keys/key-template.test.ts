import { describe, expect, expectTypeOf, test } from 'vitest';
import { CacheKeyError } from '../../src/index.ts';
import { type CheckedTemplate, keyTemplate } from '../../src/keys/index.ts';

const build = (template: string, args: readonly unknown[], self?: unknown, params?: readonly string[]) =>
  keyTemplate(template, { params })({ self, args });

/** A function with exactly this source: compilers rename and rewrite. */
const fromSource = (source: string) => new Function(`return ${source}`)();

describe('key templates', () => {
  test.each<[string, unknown[], string]>([
    ['user:{0}', [42], 'user:42'],
    ['{1}:{0}', ['a', 'b'], 'b:a'],
    ['{0.id}', [{ id: 7 }], '7'],
    ['{0.address.zip}', [{ address: { zip: 'x' } }], 'x'],
    ['{0.tags.1}', [{ tags: ['a', 'b'] }], 'b'],
    ['{0.length}', ['four'], '4'],
    ['{{literal}}:{0}', [1], '{literal}:1'],
    ['{{{0}}}', [1], '{1}'],
    ['}}{{', [], '}{'],
    ['plain', [], 'plain'],
    ['{0}', [''], ''],
    ['{0}', [true], 'true'],
    ['{0}', [5n], '5'],
    ['{0}', [-0], '-0'],
    ['{0}', [null], 'null'],
    ['{0}', [new Date(0)], '1970-01-01T00:00:00.000Z'],
    ['{0}', [{ b: 1, a: [2] }], '{"a":[2],"b":1}'],
    ['{0}', [['a', 1]], '["a",1]'],
    ['{0}', [new Map([['a', 1]])], 'Map{"a":1}'],
    ['page:{0=1}', [], 'page:1'],
    ['page:{0=1}', [2], 'page:2'],
    ['page:{0=1}', [null], 'page:null'],
    ['{0.page=a.b=c}', [{}], 'a.b=c'],
    ['{0.a.b=x}', [{ a: null }], 'x'],
    ['{0=}', [], ''],
    ['{name}', [{ name: 'n' }], 'n'],
    ['{user.id}', [{ user: { id: 3 } }], '3'],
    ['größe:{größe}', [{ größe: 1 }], 'größe:1'],
  ])('case %#: %s gives what it says (R13, S13, P13)', (template, args, key) => {
    expect(build(template, args)).toBe(key);
  });

  test('take names from params first, then from the source, then from the only argument', () => {
    expect(build('{user}:{page}', ['u', 2], undefined, ['user', 'page'])).toBe('u:2');
    const fn = fromSource('(user, page) => 1');
    expect(keyTemplate('{page}', { fn })({ self: undefined, args: ['u', 2] })).toBe('2');
    expect(keyTemplate('{limit}', { fn })({ self: undefined, args: [{ limit: 5 }] })).toBe('5');
    expect(
      keyTemplate('{user.id}', { fn, params: ['account', 'user'] })({ self: undefined, args: [0, { id: 9 }] }),
    ).toBe('9');
  });

  test('a name that is none of them is refused at the call, with those there are', () => {
    const fn = fromSource('(user, { page }, limit) => 1');
    expect(() => keyTemplate('{usr}', { fn })({ self: undefined, args: ['u', { page: 1 }, 2] })).toThrow(
      'got undefined; known names: user, limit, give `params` or a key function',
    );
  });

  test('take {this.…} from the receiver', () => {
    expect(build('{this.tenant}:{0}', [1], { tenant: 't' })).toBe('t:1');
    expect(() => build('{this.tenant}', [], undefined)).toThrow(CacheKeyError);
  });

  test.each([
    '{',
    '}',
    '{0',
    '0}',
    '{}',
    '{{}',
    '{ 0 }',
    '{0:05d}',
    '{0!r}',
    '{0[a]}',
    '{0..a}',
    '{.a}',
    '{a.}',
    '{a-b}',
    '{a b}',
    '{1a}',
    '{{0}',
    '{0{1}}',
    '{this}',
    '{=1}',
    '{0.__proto__}',
    '{0.constructor.name}',
    '{prototype}',
  ])('%s is malformed, and refused when it is compiled (R13, S15, D33)', (template) => {
    expect(() => keyTemplate(template)).toThrow(CacheKeyError);
    expect(() => keyTemplate(template)).toThrow(/expected balanced placeholders, got/);
  });

  test('a name that is not in params is refused when it is compiled', () => {
    expect(() => keyTemplate('{usr}', { params: ['user'] })).toThrow(
      /expected names among params \(user\), got \{usr\}/,
    );
  });

  test.each<[string, unknown[], RegExp]>([
    ['{0}', [], /expected a value for \{0\} that can be part of a key, got undefined/],
    ['{1}', [1], /expected a value for \{1\} .*, got undefined/],
    ['{0}', [undefined], /got undefined/],
    ['{0.id}', [{}], /\{0\.id\} .*, got undefined/],
    ['{0.a.b}', [{ a: null }], /\{0\.a\.b\} .*, got undefined/],
    ['{0.id}', [null], /got undefined/],
    ['{0}', [() => 1], /got a function/],
    ['{0}', [Symbol('x')], /got a symbol/],
    ['{0}', [Number.NaN], /got NaN/],
    ['{0}', [Number.POSITIVE_INFINITY], /got Infinity/],
    ['{0}', [new Date(Number.NaN)], /got Invalid Date/],
    ['{0}', [{ f: () => 1 }], /\{0\} .*argument 0\.f: .* got a function/],
    ['{name}', ['a'], /known names: none, give `params` or a key function/],
    ['{name}', [{ name: 'x' }, 2], /known names: none/],
    ['{toString}', [[1]], /got undefined/],
  ])(
    'case %#: %s is refused at the call: nothing becomes the text "undefined" or "[object Object]" (R13, D33)',
    (template, args, message) => {
      expect(() => build(template, args)).toThrow(CacheKeyError);
      expect(() => build(template, args)).toThrow(message);
    },
  );

  test('a getter that throws is a CacheKeyError with its cause (D33)', () => {
    const broken = {
      get id(): number {
        throw new Error('no');
      },
    };
    expect(() => build('{0.id}', [broken])).toThrow(CacheKeyError);
    try {
      build('{0.id}', [broken]);
    } catch (error) {
      expect((error as Error).cause).toEqual(new Error('no'));
    }
  });

  // A megabyte: work that grows with the square of the length would not end before the test's timeout.
  test.each<[string, string]>([
    ['placeholders', '{0}'.repeat(330_000)],
    ['doubled braces', '{{}}'.repeat(250_000)],
    ['text before an unclosed brace', `${'x'.repeat(1_000_000)}{`],
    ['one path', `{0${'.a'.repeat(500_000)}}`],
    ['one name', `{${'a'.repeat(1_000_000)}}`],
    ['one fallback', `{0=${'='.repeat(1_000_000)}}`],
    ['open braces', '{'.repeat(1_000_001)],
    ['spaces after an open brace', `{${' '.repeat(1_000_000)}`],
  ])('ten times 100 kB of %s are compiled in linear time, or refused with a short error', (_, template) => {
    try {
      keyTemplate(template)({ self: undefined, args: ['x'] });
    } catch (error) {
      expect(error).toBeInstanceOf(CacheKeyError);
      expect((error as Error).message.length).toBeLessThan(500);
    }
  });
});

describe('the compiler', () => {
  interface User {
    readonly id: number;
    readonly address?: { readonly zip: string } | null;
    readonly tags: readonly string[];
    save(): void;
  }
  class Service {
    readonly tenant = 'x';
    private readonly secret = 1;
    protected readonly inner = this.secret;
  }
  type Args = [user: User, page?: number];
  type Of<T extends string, N extends readonly string[] | undefined = undefined> = CheckedTemplate<T, Service, Args, N>;

  test('accepts templates whose placeholders are there', () => {
    expectTypeOf<Of<'a:{0.id}:{1}'>>().toEqualTypeOf<'a:{0.id}:{1}'>();
    expectTypeOf<
      Of<'{0}{0.address.zip}{0.tags.0}{0.tags.length}'>
    >().toEqualTypeOf<'{0}{0.address.zip}{0.tags.0}{0.tags.length}'>();
    expectTypeOf<Of<'{this.tenant}'>>().toEqualTypeOf<'{this.tenant}'>();
    expectTypeOf<Of<'{{9}}{{{0.id}}}{1=1}'>>().toEqualTypeOf<'{{9}}{{{0.id}}}{1=1}'>();
    expectTypeOf<Of<'{user.id}:{page=1}', ['user', 'page']>>().toEqualTypeOf<'{user.id}:{page=1}'>();
    expectTypeOf<Of<'{anything.at.all}'>>().toEqualTypeOf<'{anything.at.all}'>();
    expectTypeOf<CheckedTemplate<'{5}', Service, string[]>>().toEqualTypeOf<'{5}'>();
    // biome-ignore lint/suspicious/noExplicitAny: what a caller without types has
    expectTypeOf<CheckedTemplate<'{0.x}', Service, [any]>>().toEqualTypeOf<'{0.x}'>();
    expectTypeOf<CheckedTemplate<'{0.meta}', Service, [{ meta: unknown }]>>().toEqualTypeOf<'{0.meta}'>();
    expectTypeOf<Of<string>>().toEqualTypeOf<string>();
  });

  test('names the placeholder that is not', () => {
    expectTypeOf<Of<'{2}'>>().toEqualTypeOf<'no placeholder {2}'>();
    expectTypeOf<Of<'{0.nmae}'>>().toEqualTypeOf<'no placeholder {0.nmae}'>();
    expectTypeOf<Of<'{0.address.zap}'>>().toEqualTypeOf<'no placeholder {0.address.zap}'>();
    expectTypeOf<Of<'{0.save}'>>().toEqualTypeOf<'no placeholder {0.save}'>();
    expectTypeOf<Of<'{this.tenat}'>>().toEqualTypeOf<'no placeholder {this.tenat}'>();
    expectTypeOf<Of<'{this.secret}'>>().toEqualTypeOf<'no placeholder {this.secret}'>();
    expectTypeOf<Of<'{this.inner}'>>().toEqualTypeOf<'no placeholder {this.inner}'>();
    expectTypeOf<Of<'{usr}', ['user', 'page']>>().toEqualTypeOf<'no placeholder {usr}'>();
    expectTypeOf<Of<'{user.nope}', ['user', 'page']>>().toEqualTypeOf<'no placeholder {user.nope}'>();
    expectTypeOf<CheckedTemplate<'{0}', Service, []>>().toEqualTypeOf<'no placeholder {0}'>();
    expectTypeOf<CheckedTemplate<'{0.a}', Service, [{ a: 1 } | { b: 1 }]>>().toEqualTypeOf<'no placeholder {0.a}'>();
  });
});
