import { CacheConfigError, CacheSerializationError } from '@cache/core';
import { expect, test } from 'vitest';
import { json, msgpack, type, v8 } from '../src/index.ts';
import { bytes, Money, money } from './samples.ts';

class Price {
  readonly of: string;
  readonly money: Money;

  constructor(of: string, amount: Money) {
    this.of = of;
    this.money = amount;
  }
}

const price = type({
  name: 'Price',
  test: (value): value is Price => value instanceof Price,
  serialize: (value) => ({ of: value.of, money: value.money }),
  deserialize: (stored) => new Price(stored.of, stored.money),
});

test.each([
  ['json', json({ types: [price, money] })],
  ['msgpack', msgpack({ types: [price, money] })],
  ['v8', v8({ types: [price, money] })],
])('one registration serves %s, also where a type holds another', (_, serializer) => {
  const wire = bytes(serializer.serialize({ list: [new Price('tea', new Money(250, 'EUR'))] }));
  const { list } = serializer.deserialize(wire) as { list: [Price] };
  expect(list[0]).toBeInstanceOf(Price);
  expect(list[0].money).toBeInstanceOf(Money);
  expect([list[0].of, list[0].money.cents, list[0].money.currency]).toEqual(['tea', 250, 'EUR']);
});

test('a type that cannot serialize a value is a refusal with its error as the cause', () => {
  const broken = type({
    name: 'Money',
    test: (value): value is Money => value instanceof Money,
    serialize: (): never => {
      throw new TypeError('no cents');
    },
    deserialize: () => new Money(0, ''),
  });
  for (const serializer of [json({ types: [broken] }), msgpack({ types: [broken] })])
    try {
      serializer.serialize({ a: [new Money(1, 'EUR')] });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(CacheSerializationError);
      expect((error as Error).message).toContain('value at $.a[0]: ');
      expect((error as Error).cause).toBeInstanceOf(TypeError);
    }
});

test('a reader without the type refuses the entry, naming the type', () => {
  for (const [write, read] of [
    [json({ types: [money] }), json()],
    [msgpack({ types: [money] }), msgpack()],
  ] as const)
    expect(() => read.deserialize(bytes(write.serialize(new Money(1, 'EUR'))))).toThrow(/got a Money; pass its type/);
});

test('a type without a name, without a member, or registered twice is a configuration error', () => {
  const { name: _, ...nameless } = { ...money };
  expect(() => type({ ...nameless, name: '' } as never)).toThrow(CacheConfigError);
  for (const member of ['test', 'serialize', 'deserialize'])
    expect(() => type({ ...money, [member]: undefined } as never)).toThrow(`expected a function ${member}`);
  for (const make of [json, msgpack, v8]) expect(() => make({ types: [money, money] })).toThrow(/"Money" twice/);
});
