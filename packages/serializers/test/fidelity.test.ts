import { plainJson, type Serializer, type Wire } from '@cache/core';
import { expect, test } from 'vitest';
import { json, msgpack, v8 } from '../src/index.ts';
import { identical } from './identical.ts';
import { bytes, Money, money, plain, refused, rich } from './samples.ts';

const columns: Readonly<Record<string, Serializer<unknown, Wire>>> = {
  "core's default, `json` strict": plainJson,
  '`json`': json({ types: [money] }),
  '`msgpack`': msgpack({ types: [money] }) as Serializer<unknown, Wire>,
  '`msgpack` interop': msgpack({ interop: true }) as Serializer<unknown, Wire>,
  '`v8`': v8({ types: [money] }) as Serializer<unknown, Wire>,
};

const prices = { total: new Money(5, 'EUR'), all: [new Money(1, 'CHF')] };
const rows: readonly (readonly [name: string, value: unknown])[] = [
  ['top-level undefined', undefined],
  ...Object.entries(plain),
  ...Object.entries(rich),
  ['instances of a registered type', prices],
  ...Object.entries(refused).map(([name, { value }]) => [name, value] as const),
];

function fate(serializer: Serializer<unknown, Wire>, value: unknown): string {
  let wire: Buffer;
  try {
    wire = bytes(serializer.serialize(value));
  } catch {
    return 'refused';
  }
  const back = serializer.deserialize(wire);
  if (value === prices) return JSON.stringify((back as typeof prices).all[0]?.cents) === '1' ? 'tagged' : 'CHANGED';
  if (!identical(back, value)) return 'CHANGED';
  return [0x20, 0xf9, 0xfa].includes(wire[0] ?? 0) ? 'tagged' : 'carried';
}

const table = rows.map(([name, value]) => [name, ...Object.values(columns).map((each) => fate(each, value))]);

test('nothing comes back changed, by any serializer', () => {
  expect(table.filter((row) => row.includes('CHANGED'))).toEqual([]);
});

test('the table in the documents says what is so (update it with vitest -u)', async () => {
  const head = ['value', ...Object.keys(columns)];
  const widths = head.map((_, column) => Math.max(...[head, ...table].map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[], fill = ' '): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`;
  const text = [
    '# What each serializer carries',
    '',
    'Written by a test of `@cache/serializers`, which tries each of them. `carried`: in the format itself. `tagged`: by a tag that',
    '[wire.md](wire.md) explains. `refused`: a `CacheSerializationError` that names the path, before anything is written. Nothing is changed in silence.',
    '',
    line(head),
    line(
      head.map(() => '-'),
      '-',
    ),
    ...table.map((row) => line(row)),
    '',
    'A value is a tree: an object that occurs twice in it comes back as two equal ones (`v8` keeps it one). Getters come back as what they gave, frozen objects unfrozen, an error',
    'without its stack. A `Uint8Array` and a `Buffer` are told apart.',
    '',
  ].join('\n');
  await expect(text).toMatchFileSnapshot('../../../docs/fidelity.md');
});
