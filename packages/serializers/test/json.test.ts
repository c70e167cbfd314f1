import { CacheSerializationError, plainJson } from '@cache/core';
import { describe, expect, test } from 'vitest';
import { json, msgpack } from '../src/index.ts';
import { identical } from './identical.ts';
import { bytes, Money, money, plain, refused, rich } from './samples.ts';

const ours = json();

test.each(Object.entries(plain))(
  '%s are the same bytes as JSON.stringify writes, and as the default of core',
  (_, value) => {
    expect(ours.serialize(value)).toBe(JSON.stringify(value));
    expect(ours.serialize(value)).toBe(plainJson.serialize(value));
  },
);

describe.each(Object.entries(rich))('%s', (_, value) => {
  const wire = String(ours.serialize(value));
  const isPlain = !wire.startsWith(' \t');

  test('comes back as it was', () => {
    expect(identical(ours.deserialize(Buffer.from(wire)), value)).toBe(true);
  });

  test('is JSON that any program parses, whose tags core does not take for data', () => {
    expect(() => JSON.parse(wire)).not.toThrow();
    if (!isPlain) expect(() => plainJson.deserialize(wire)).toThrow(/@cache\/serializers/);
  });

  test('is refused by strict json, as by core, unless plain JSON carries it', () => {
    const strict = json({ strict: true });
    if (isPlain) expect(strict.serialize(value)).toBe(wire);
    else expect(() => strict.serialize(value)).toThrow(CacheSerializationError);
  });
});

test.each(Object.entries(refused))('%s: refused, naming the path (K6, R15)', (_, { value, path }) => {
  expect(() => ours.serialize(value)).toThrow(CacheSerializationError);
  expect(() => ours.serialize(value)).toThrow(`value at ${path}: expected what json carries, got `);
});

test('the refusal of a class says how to register it', () => {
  expect(() => ours.serialize({ price: new Money(5, 'EUR') })).toThrow(
    /\$\.price: .* an instance of Money; register a type/,
  );
});

test('values of registered types come back, wherever they are, and as keys', () => {
  const shop = json({ types: [money] });
  const value = { price: new Money(5, 'EUR'), all: new Map([[new Money(1, 'CHF'), [new Money(2, 'USD')]]]) };
  const back = shop.deserialize(bytes(shop.serialize(value))) as typeof value;
  expect(back.price).toBeInstanceOf(Money);
  expect([back.price.cents, back.price.currency]).toEqual([5, 'EUR']);
  const [[key, [item]]] = [...back.all] as [[Money, [Money]]];
  expect([key.cents, item.currency]).toEqual([1, 'USD']);
});

test('no data forges a tag: what looks like one comes back as the data it was', () => {
  const tags = JSON.parse(
    ' \t{"d":{"$Date":"2026-01-01T00:00:00.000Z"},"m":{"$type":["Money",[1,"EUR"]]},"u":{"$undefined":0}}',
  );
  for (const value of [tags, { ...tags, when: new Date(0) }, [tags, new Set([tags])], '\u0020\t{"$Date":0}', ' \t1']) {
    const serializer = json({ types: [money] });
    expect(identical(serializer.deserialize(bytes(serializer.serialize(value))), value)).toBe(true);
  }
});

test.each([
  ['an unknown tag', '{"$Later":1}'],
  ['an unregistered type', '{"$type":["Nobody",1]}'],
  ['a type without a payload', '{"$type":["Money"]}'],
  ['a type that throws', '{"$type":["Money",null]}'],
  ['a date that is none', '{"$Date":"yesterday"}'],
  ['a date in another form', '{"$Date":"2026-01-01"}'],
  ['a number that is none', '{"$number":"1e9"}'],
  ['a bigint in words', '{"$bigint":"one"}'],
  ['an empty bigint', '{"$bigint":""}'],
  ['a Map of what are no pairs', '{"$Map":[[1]]}'],
  ['a Set of what is no list', '{"$Set":{"0":1}}'],
  ['base64 with other characters', '{"$Buffer":"AQ*="}'],
  ['base64 of a wrong length', '{"$Buffer":"AQI"}'],
  ['half an element of a typed array', '{"$Float64Array":"AQI="}'],
  ['a URL that is none', '{"$URL":"//"}'],
  ['a RegExp that does not compile', '{"$RegExp":["(",""]}'],
  ['an Error that is none', '{"$Error":1}'],
  ['an Error whose message is none', '{"$Error":{"message":{}}}'],
  ['holes outside of the array', '{"$sparse":[1,[[4,0]]]}'],
  ['an array of a negative length', '{"$sparse":[-1,[]]}'],
  ['entries that are none', '{"$entries":[["a"]]}'],
  ['no JSON after the mark', '{'],
  ['nothing after the mark', ''],
])('forged tags: %s is a CacheSerializationError', (_, text) => {
  expect(() => json({ types: [money] }).deserialize(Buffer.from(` \t${text}`))).toThrow(CacheSerializationError);
});

test('forged tags: a huge array of holes takes no memory for them', () => {
  const before = process.memoryUsage().rss;
  const holes = Array.from({ length: 100 }, () => '{"$sparse":[30000000,[[1,1]]]}').join();
  const value = ours.deserialize(Buffer.from(` \t[${holes}]`)) as unknown[][];
  expect(value[99]?.[1]).toBe(1);
  expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
});

test('a key __proto__ pollutes nothing, tagged or not (D18)', () => {
  for (const text of [
    '{"__proto__":{"polluted":1}}',
    ' \t{"__proto__":{"$Map":[]},"a":{"$entries":[["__proto__",{"polluted":1}]]}}',
    ' \t{"a":{"$Error":{"properties":{"__proto__":{"polluted":1}}}}}',
    ' \t{"a":{"$null":{"__proto__":{"polluted":1}}}}',
  ]) {
    const value = ours.deserialize(Buffer.from(text)) as { polluted?: unknown; a?: { polluted?: unknown } };
    expect([value.polluted, value.a?.polluted, ({} as { polluted?: unknown }).polluted]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  }
});

test('an error keeps no stack: it tells of the files of another machine', () => {
  const stored = String(ours.serialize(new TypeError('x')));
  expect(stored).toBe(' \t{"$TypeError":{"message":"x"}}');
  expect((ours.deserialize(stored) as Error).stack).toBe('TypeError: x');
});

test('a getter that throws is a refusal with its error as the cause, for strict json and msgpack too', () => {
  const value = {
    a: {
      get b(): never {
        throw new TypeError('not now');
      },
    },
  };
  for (const serializer of [ours, json({ strict: true }), msgpack()]) {
    expect(() => serializer.serialize(value)).toThrow(CacheSerializationError);
    expect(() => serializer.serialize(value)).toThrow(/something that throws when it is read/);
    expect(() => serializer.serialize(value)).not.toThrow(/not now/);
  }
});
