import { describe, expect, it } from 'vitest';
import { CacheSerializationError, plainJson, type Serializer } from '../../src/index.ts';
import { describeSerializer, type SerializerSamples } from '../../src/testing/index.ts';
import { collect } from './collect.ts';

const samples: SerializerSamples<unknown, Uint8Array | string> = {
  values: [undefined, null, 0, '', false, 'é🔑', [1, [null]], { a: { b: 'x'.repeat(100) } }],
  corrupt: [Buffer.from('{'), Buffer.from([0xff])],
};

describeSerializer('plain JSON', () => plainJson, samples, { describe, it });

/** Serializers with one defect each, and the clause that must notice it. */
const defects: Readonly<Record<string, [Serializer<unknown, unknown>, RegExp]>> = {
  'drops what it should carry': [
    { ...plainJson, deserialize: (wire) => plainJson.deserialize(wire as string) ?? null },
    /as it was/,
  ],
  'has no name': [{ ...plainJson, name: '' } as never, /a name/],
  'writes undefined as text': [
    {
      ...plainJson,
      serialize: (value) => (value === undefined ? 'undefined' : plainJson.serialize(value)),
      deserialize: (wire) => (String(wire) === 'undefined' ? undefined : plainJson.deserialize(wire as string)),
    },
    /zero bytes/,
  ],
  'uses one buffer for all it writes': [
    (() => {
      const pool = Buffer.alloc(1_000);
      return {
        ...plainJson,
        serialize: (value: unknown) => pool.subarray(0, pool.write(plainJson.serialize(value) as string)),
        deserialize: (wire: unknown) => plainJson.deserialize(wire as Uint8Array),
      };
    })(),
    /leaves what it wrote alone/,
  ],
  'reads the whole buffer beneath a view': [
    {
      ...plainJson,
      deserialize: (wire) =>
        plainJson.deserialize(wire instanceof Uint8Array ? Buffer.from(wire.buffer) : (wire as string)),
    },
    /wherever they lie/,
  ],
  'changes the bytes it reads': [
    {
      ...plainJson,
      deserialize(wire) {
        const value = plainJson.deserialize(wire as string);
        if (wire instanceof Uint8Array) wire.fill(0);
        return value;
      },
    },
    /does not change/,
  ],
  'throws errors of its own': [
    {
      ...plainJson,
      deserialize: (wire) => (wire === '' || String(wire) === '' ? undefined : JSON.parse(String(wire))),
    },
    /trusts no bytes/,
  ],
  'reads what is corrupt': [
    {
      ...plainJson,
      deserialize(wire) {
        try {
          return plainJson.deserialize(wire as string);
        } catch {
          return undefined;
        }
      },
    },
    /cannot have written/,
  ],
  'writes what will not come back': [
    { ...plainJson, serialize: (value) => JSON.stringify(value) ?? '' },
    /would not come back/,
  ],
  'differs off the event loop': [
    { ...plainJson, deserialize: (wire) => plainJson.deserialize(wire as string), deserializeAsync: async () => 1 },
    /off the event loop/,
  ],
};

describe('describeSerializer', () => {
  for (const [defect, [serializer, clause]] of Object.entries(defects))
    it(`catches a serializer that ${defect}`, async () => {
      const report = await collect((runner) =>
        describeSerializer(
          defect,
          () => serializer,
          { ...samples, refuses: defect.startsWith('writes what') ? [() => {}] : [] } as SerializerSamples<
            unknown,
            unknown
          >,
          runner,
        ),
      );
      expect(report.failed.map(({ title }) => title)).toContainEqual(expect.stringMatching(clause));
    });

  it('finds nothing wrong with a serializer of values, whose wire is neither bytes nor text', async () => {
    const noop: Serializer<unknown, unknown> = { name: 'noop', serialize: (v) => v, deserialize: (v) => v };
    const report = await collect((runner) => describeSerializer('noop', () => noop, { values: [1, { a: 2 }] }, runner));
    expect(report.failed).toEqual([]);
    expect(report.passed.length).toBeGreaterThan(5);
  });

  it('holds the ways off the event loop to the same refusals', async () => {
    const lax: Serializer<unknown, unknown> = {
      ...(plainJson as Serializer<unknown, unknown>),
      serializeAsync: async (value) => JSON.stringify(value),
      deserializeAsync: async (wire) => {
        try {
          return plainJson.deserialize(wire as string);
        } catch {
          return undefined;
        }
      },
    };
    const wrong = { values: [1, 'a'], refuses: [Number.NaN], corrupt: ['{'] };
    const { failed } = await collect((runner) => describeSerializer('lax', () => lax, wrong, runner));
    expect(failed.map(({ error }) => (error as Error).message)).toEqual([
      "serializeAsync of NaN: expected a CacheSerializationError, got 'null'",
      "deserializeAsync of '{': expected a CacheSerializationError, got undefined",
    ]);
  });

  it('asks for at least two values', () => {
    const make = () => plainJson;
    expect(() => describeSerializer('x', make, { values: [1] }, { describe, it })).toThrow(
      /at least two values, got 1/,
    );
  });

  it('accepts an error of another copy of core', async () => {
    const foreign = class CacheSerializationErrorCopy extends CacheSerializationError {};
    const serializer: Serializer<unknown, unknown> = {
      ...plainJson,
      deserialize(wire) {
        try {
          return plainJson.deserialize(wire as string);
        } catch (cause) {
          throw Object.assign(new foreign('bytes', { cause }), { name: 'CacheSerializationError' });
        }
      },
    };
    const report = await collect((runner) => describeSerializer('copy', () => serializer, samples as never, runner));
    expect(report.failed).toEqual([]);
  });
});
