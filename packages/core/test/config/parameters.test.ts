import { describe, expect, test } from 'vitest';
import { configToUrl } from '../../src/config/index.ts';
import { expectation, readParameter } from '../../src/config/parameters.ts';
import type { Parameter } from '../../src/config/scheme.ts';
import { backendFromUrl, defineScheme, dummyBackend } from '../../src/index.ts';

const description = '';

const kinds: readonly (readonly [
  string,
  Parameter,
  readonly (readonly [given: unknown, read: unknown])[],
  unknown[],
])[] = [
  ['a text', { type: 'text', description }, [['a', 'a']], [1, true, null]],
  ['an integer', { type: 'integer', description }, [['-7', -7]], ['x', 1.5, '1.5', 2 ** 60]],
  ['an integer of at most 5', { type: 'integer', max: 5, description }, [[5, 5]], [6, Infinity, 'infinity']],
  [
    'a number from 0 to 1 or Infinity',
    { type: 'number', min: 0, max: 1, orInfinity: true, description },
    [
      ['Infinity', Infinity],
      ['0.5', 0.5],
    ],
    [-1, 'NaN', Number.NaN],
  ],
  [
    'true or false (also yes, no, on, off, 1, 0)',
    { type: 'boolean', description },
    [
      [true, true],
      ['OFF', false],
    ],
    [1, 'ja', null],
  ],
  [
    'a duration (milliseconds, or 250ms 1.5s 5m 2h 7d) or 0 or never',
    { type: 'duration', orZero: true, orNever: true, description },
    [
      ['0', 0],
      [null, null],
      ['never', null],
      [{ minutes: 1 }, 60_000],
      ['1500', 1500],
    ],
    [-1, {}, 'soon', true],
  ],
  ['one of a, b', { type: 'choice', choices: ['a', 'b'], description }, [['a', 'a']], ['c', 1]],
  ['a', { type: 'choice', choices: ['a'], description }, [['a', 'a']], ['b']],
  [
    'servers such as a:6379,b:6379',
    { type: 'hosts', description },
    [
      [
        'a:1, [::1]:2',
        [
          { host: 'a', port: 1 },
          { host: '::1', port: 2 },
        ],
      ],
      [
        ['a', { host: '::1', port: 2 }, { host: 'b' }],
        [{ host: 'a' }, { host: '::1', port: 2 }, { host: 'b' }],
      ],
    ],
    [[], 7, {}, [{}], [null], 'a,,b'],
  ],
  [
    'a list such as a,b',
    { type: 'list', description },
    [
      ['a, b', ['a', 'b']],
      [['c'], ['c']],
    ],
    ['a,,b', 7, [1]],
  ],
];

describe.each(kinds)('%s', (expected, parameter, right, wrong) => {
  test('is what it takes', () => {
    expect(expectation(parameter)).toBe(expected);
    for (const [value, read] of right)
      expect(readParameter(parameter, { value, where: 'here', from: 'code' })).toEqual(read);
  });

  test('and nothing else', () => {
    for (const value of wrong)
      expect(() => readParameter(parameter, { value, where: 'here', from: 'code' })).toThrow(
        /^here: (host: )?expected /,
      );
  });
});

test('a long text is not shown in full', () => {
  const integer: Parameter = { type: 'integer', description };
  expect(() => readParameter(integer, { value: 'x'.repeat(99), where: 'here', from: 'URL' })).toThrow(
    `here: expected an integer, got "${'x'.repeat(40)}…"`,
  );
});

describe('a scheme of somebody else', () => {
  const other = {
    other: defineScheme({
      scheme: 'other',
      description,
      url: { hosts: 'many', path: 'file' },
      parameters: {
        hosts: { type: 'hosts', description },
        path: { type: 'text', description },
        mirrors: { type: 'hosts', description },
        fails: { type: 'text', description },
      },
      create({ fails }) {
        if (fails === 'error') throw new Error('these do not go together');
        if (fails !== undefined) throw fails;
        return dummyBackend();
      },
    }),
  };

  test.each(['other://', 'other://?mirrors=a:1,[::1]', 'other:///tmp/x', 'other://a:1,b/tmp/x?mirrors=c'])(
    'may leave out hosts and path, and have hosts elsewhere: %s',
    async (url) => {
      const printed = await configToUrl({ url, backends: [other] });
      expect(await configToUrl({ url: printed, backends: [other] })).toBe(printed);
      expect(decodeURIComponent(printed)).toBe(url);
    },
  );

  test('says what its settings together show to be wrong, in the words of configuration', async () => {
    const opening = (url: string): Promise<unknown> => backendFromUrl(url, { backends: [other] });
    await expect(opening('other://?fails=error')).rejects.toThrow(/^url: these do not go together$/);
    await expect(opening('other://?fails=thrown')).rejects.toBe('thrown'); // which is no error, and no problem of ours
  });
});

test.each(['dummy://?a%20b=1', 'dummy://?a%20b=1&a%20b=2', 'dummy://?x=1&x=2'])(
  'the name of a parameter is shown only where it is one: %s',
  async (url) => {
    const message: string = await backendFromUrl(url).then(String, (error: Error) => error.message);
    expect(message).not.toContain('a b');
    expect(message).toMatch(/with an unusual name|one is given twice/);
  },
);
