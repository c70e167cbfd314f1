import { describe, expect, it, test } from 'vitest';
import { plainJson } from '../../src/compose/plain-json.ts';
import { valueKind, valuePath } from '../../src/index.ts';

test.each([
  [null, 'null'],
  [undefined, 'undefined'],
  [5, 'a number'],
  [-0, '-0'],
  [Number.NaN, 'NaN'],
  ['secret', 'a string'],
  [true, 'a boolean'],
  [5n, 'a bigint'],
  [Symbol('secret'), 'a symbol'],
  [() => 'secret', 'a function'],
  [Object.create(null), 'an object without a prototype'],
  [new (class {})(), 'an instance of a class'],
  [new (class Avatar {})(), 'an instance of Avatar'],
  [Object.create(Object.create(null)), 'an instance of a class'],
  [{ [Symbol('x')]: 1 }, 'an object with properties named by symbols'],
  [new Array(2), 'an array with holes or named properties'],
] as const)('%o is called %s, and its contents are not shown', (value, kind) => {
  expect(valueKind(value)).toBe(kind);
});

test.each([
  [[], '$'],
  [['user', 'first name', 0], '$.user["first name"][0]'],
  [['a'.repeat(300), 'end'], /^\$\.a{118} … a{56}\.end$/],
] as const)('the place %j is written %s', (steps, path) => {
  expect(valuePath(steps)).toMatch(path);
  if (typeof path === 'string') expect(valuePath(steps)).toBe(path);
});

describe('a long list', () => {
  const long = Array.from({ length: 1_000 }, (_, n) => n);

  it('is plain', () => {
    expect(plainJson.serialize(long)).toBe(JSON.stringify(long));
    expect(plainJson.serialize([])).toBe('[]');
  });

  it('is refused with a named property, which would be lost, however many elements it has', () => {
    for (const list of [[1], long])
      expect(() => plainJson.serialize(Object.assign([...list], { total: 1 }))).toThrow(
        'got an array with holes or named properties',
      );
  });
});

describe('a value that is another at each look', () => {
  it('is refused when its properties throw, with what was thrown as the cause', () => {
    const thrown = new Error('not now');
    const value = {
      get name(): never {
        throw thrown;
      },
    };
    const error = (() => {
      try {
        return plainJson.serialize(value);
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toMatchObject({ code: 'SERIALIZATION', cause: thrown });
    expect((error as Error).message).toContain('got something that throws when it is read');
  });

  it('is refused for what it is at the second look when it threw at the first, which is kept as the cause', () => {
    const thrown = new Error('not yet');
    let looks = 0;
    const value = {
      get size(): unknown {
        if (looks++ === 0) throw thrown;
        return new Map();
      },
    };
    expect(() => plainJson.serialize(value)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('value at $.size: expected what plain JSON carries, got an instance of Map'),
        cause: thrown,
      }),
    );
  });

  it('is refused when it was no plain JSON and then is', () => {
    let looks = 0;
    const value = {
      get size(): unknown {
        return looks++ === 0 ? new Map() : 1;
      },
    };
    expect(() => plainJson.serialize(value)).toThrow('got an object that changes while read');
  });
});
