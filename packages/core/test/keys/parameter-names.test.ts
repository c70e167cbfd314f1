import { describe, expect, test } from 'vitest';
import { parameterNames } from '../../src/keys/parameter-names.ts';

/** Source text that no compiler has touched. */
const evaluate = (source: string) => new Function(`return ${source}`)();

describe('parameter names', () => {
  test.each<[string, (...args: never[]) => unknown, string[]]>([
    [
      'a function',
      function f(user: string, page: number) {
        return [user, page];
      },
      ['user', 'page'],
    ],
    ['an arrow', (user: string) => user, ['user']],
    ['an async arrow', async (user: string, page: number) => [user, page], ['user', 'page']],
    ['no parameters', () => 1, []],
  ])('of %s', (_, fn, names) => {
    expect(parameterNames(fn)).toEqual(names);
  });

  // Compilers rewrite what is written here, so these are made from source as it stands.
  test.each<[string, string[]]>([
    ['user => user', ['user']],
    ['async user => user', ['user']],
    ['async => async', ['async']],
    ['function (user, page = 1) {}', ['user', 'page']],
    ['async function* named(user, page) {}', ['user', 'page']],
    ['(user, { a, b: { c } }, [d], ...rest) => 1', ['user', '', '', '']],
    ['(user = f(1, 2), page = [3, 4], last = { x: (a, b) => a }) => 1', ['user', 'page', 'last']],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
    ['(user = "),(", page = \'a\\\',b\', third = `${`${"}"}`},(`) => 1', ['user', 'page', 'third']],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
    ['(user = `${{ a: { b: 1 } }["`"]}),(`, page) => 1', ['user', 'page']],
    ['(user /* , (x */, page, // ), z\n third) => 1', ['user', 'page', 'third']],
    ['(user = /[/),(]\\//g, page = 4 / 2, third = (6) / 3) => 1', ['user', 'page', 'third']],
    ['(user, page,) => 1', ['user', 'page']],
    ['(größe, $el, _x) => 1', ['größe', '$el', '_x']],
  ])('of %s', (source, names) => {
    expect(parameterNames(evaluate(`(${source})`))).toEqual(names);
  });

  test('of methods, static, computed, private, and accessors', () => {
    const [plain, computed, hidden] = evaluate(`(() => { class Service {
      async find(user, page) {} ['a(b' + "]"](user, page) {} #hidden(user, page) {} static get() { return new Service().#hidden } }
      return [Service.prototype.find, Service.prototype['a(b]'], Service.get()] })()`);
    for (const method of [plain, computed, hidden]) expect(parameterNames(method)).toEqual(['user', 'page']);
  });

  test('are not those of a minifier: several of one or two characters count for nothing, one alone does', () => {
    const of = (source: string) => parameterNames(evaluate(`(${source})`));
    expect(of('(a, b) => 1')).toEqual([]);
    expect(of('(id, b) => 1')).toEqual([]);
    expect(of('(a, page) => 1')).toEqual(['a', 'page']);
    expect(of('(id) => 1')).toEqual(['id']);
    expect(of('(id, { page }) => 1')).toEqual(['id', '']);
  });

  test('of a method whose computed name is made by a regular expression', () => {
    expect(parameterNames(evaluate("({ [/[(],/.source](user, page) {} })['[(],']"))).toEqual(['user', 'page']);
  });

  test('are none where a division is taken for a regular expression and what follows for a comment without an end', () => {
    expect(parameterNames(evaluate('((user, page = user++ / 2, last = "///") => 1)'))).toEqual([]);
  });

  test('of native and bound functions are unknown', () => {
    expect(parameterNames(Math.max)).toEqual([]);
    expect(parameterNames(((user: string) => user).bind(null))).toEqual([]);
  });

  test('are found in linear time in 100 kB of nested defaults', () => {
    const nested = `(user = [${'[(0), {}],'.repeat(4000)}], ${'/* , */'.repeat(10_000)} page = "${'\\"('.repeat(8000)}") => 1`;
    expect(parameterNames(evaluate(nested))).toEqual(['user', 'page']);
  });
});
