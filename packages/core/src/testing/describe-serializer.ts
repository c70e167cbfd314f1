import assert from 'node:assert/strict';
import type { Awaitable } from '../contract/backend.ts';
import { isCacheError } from '../contract/errors.ts';
import type { Serializer } from '../contract/serializer.ts';
import { seededRandom } from './faults/random.ts';
import { type Runner, runnerOrGlobals } from './runner.ts';
import { brief, same } from './same.ts';

/** What a serializer under test is tried with. */
export interface SerializerSamples<V, W> {
  /** Values that must come back as they were: at least two, different from each other. */
  readonly values: readonly V[];
  /** Values that it must refuse, because they would not come back. @default none */
  readonly refuses?: readonly unknown[] | undefined;
  /** Wires that it must refuse to read. @default none */
  readonly corrupt?: readonly W[] | undefined;
}

type Check<V, W> = (serializer: Serializer<V, W>, samples: SerializerSamples<V, W>) => Awaitable<void>;

/**
 * Registers one test for each clause of the contract of serializers.
 * @param runner `describe` and `it` of vitest or `node:test`. @default the globals of these names
 * @throws {TypeError} when there is no runner, or fewer than two values.
 */
export function describeSerializer<V, W>(
  name: string,
  make: () => Awaitable<Serializer<V, W>>,
  samples: SerializerSamples<V, W>,
  runner?: Runner,
): void {
  const { describe, it } = runnerOrGlobals(runner, 'describeSerializer');
  if (!(samples.values.length >= 2))
    throw new TypeError(`describeSerializer: expected at least two values, got ${samples.values.length}`);
  describe(`${name} keeps the contract of serializers`, () => {
    const clauses: Record<string, Check<V, W>> = { ...always };
    if (samples.values.includes(undefined as V)) clauses['writes undefined as zero bytes'] = undefinedIsEmpty;
    if ((samples.refuses?.length ?? 0) > 0)
      clauses['refuses what would not come back, before it is written'] = refusesValues;
    if ((samples.corrupt?.length ?? 0) > 0) clauses['refuses to read what it cannot have written'] = refusesWires;
    for (const [title, check] of Object.entries(clauses)) it(title, async () => check(await make(), samples));
  });
}

const always: Readonly<Record<string, Check<unknown, unknown>>> = {
  'has a name': ({ name }) => {
    assert.equal(typeof name, 'string');
    assert.notEqual(name, '');
  },
  'gives back every value as it was': (serializer, { values }) => {
    for (const value of values) isSame(serializer.deserialize(serializer.serialize(value)), value);
  },
  'gives back the same when it works off the event loop, in any mixture with the ways that do not': async (
    serializer,
    { values },
  ) => {
    for (const value of values) {
      const wires = [
        serializer.serialize(value),
        await (serializer.serializeAsync?.(value) ?? serializer.serialize(value)),
      ];
      for (const wire of wires) {
        isSame(serializer.deserialize(wire), value);
        isSame(await (serializer.deserializeAsync?.(wire) ?? serializer.deserialize(wire)), value);
      }
    }
  },
  'leaves what it wrote alone when it writes something else': async (serializer, { values }) => {
    const wires = values.map((value) => serializer.serialize(value));
    for (let n = 0; n < 3; n++) for (const value of values) serializer.serialize(value);
    for (const [n, value] of values.entries()) isSame(serializer.deserialize(wires[n]), value);
  },
  'reads bytes wherever they lie: in any kind of Uint8Array, inside a larger buffer, as the bytes of its string': (
    serializer,
    { values },
  ) => {
    for (const value of values) {
      const bytes = bytesOf(serializer.serialize(value));
      if (bytes === undefined) continue;
      const larger = new Uint8Array(bytes.length + 7).fill(0xff);
      larger.set(bytes, 3);
      for (const wire of [Buffer.from(bytes), Uint8Array.from(bytes), larger.subarray(3, 3 + bytes.length)])
        isSame(serializer.deserialize(wire), value);
    }
  },
  'does not change the bytes it reads': (serializer, { values }) => {
    for (const value of values) {
      const bytes = bytesOf(serializer.serialize(value));
      if (bytes === undefined) continue;
      const before = Buffer.from(bytes);
      serializer.deserialize(bytes);
      assert.deepEqual(Buffer.from(bytes), before);
    }
  },
  'trusts no bytes: damaged ones give a CacheSerializationError or a value, and pollute nothing': (
    serializer,
    { values },
  ) => {
    const random = seededRandom(1);
    const clean = Reflect.ownKeys(Object.prototype).length;
    for (const value of values) {
      const bytes = bytesOf(serializer.serialize(value));
      if (bytes === undefined) continue;
      for (let n = 0; n < 40; n++) {
        const damaged = Buffer.from(
          bytes.subarray(0, n % 3 === 0 ? Math.floor(random() * bytes.length) : bytes.length),
        );
        const at = Math.floor(random() * damaged.length);
        if (damaged.length > 0 && n % 3 > 0) damaged.writeUInt8(Math.floor(random() * 256), at);
        try {
          serializer.deserialize(damaged);
        } catch (error) {
          isSerializationError(error);
        }
      }
    }
    assert.equal(Reflect.ownKeys(Object.prototype).length, clean, 'Object.prototype was changed');
  },
};

const undefinedIsEmpty: Check<unknown, unknown> = (serializer) => {
  assert.equal(bytesOf(serializer.serialize(undefined))?.length, 0);
  assert.equal(serializer.deserialize(new Uint8Array(0)), undefined);
};

const refusesValues: Check<unknown, unknown> = async (serializer, { refuses = [] }) => {
  for (const value of refuses) {
    await throwsSerializationError(`serialize of ${brief(value)}`, () => serializer.serialize(value));
    if (serializer.serializeAsync !== undefined)
      await throwsSerializationError(`serializeAsync of ${brief(value)}`, () => serializer.serializeAsync?.(value));
  }
};

const refusesWires: Check<unknown, unknown> = async (serializer, { corrupt = [] }) => {
  for (const wire of corrupt) {
    await throwsSerializationError(`deserialize of ${brief(wire)}`, () => serializer.deserialize(wire));
    if (serializer.deserializeAsync !== undefined)
      await throwsSerializationError(`deserializeAsync of ${brief(wire)}`, () => serializer.deserializeAsync?.(wire));
  }
};

async function throwsSerializationError(what: string, call: () => unknown): Promise<void> {
  let answer: unknown;
  try {
    answer = await call();
  } catch (error) {
    isSerializationError(error);
    return;
  }
  assert.fail(`${what}: expected a CacheSerializationError, got ${brief(answer)}`);
}

// By name as well: a serializer may be built with another copy of core.
function isSerializationError(error: unknown): void {
  assert.ok(
    isCacheError(error) && error.name === 'CacheSerializationError',
    `expected a CacheSerializationError, got ${brief(error)}`,
  );
}

function isSame(actual: unknown, expected: unknown): void {
  assert.ok(same(actual, expected), `expected ${brief(expected)}, got ${brief(actual)}`);
}

/** The bytes of a wire, `undefined` where the wire is neither bytes nor text. */
function bytesOf(wire: unknown): Uint8Array | undefined {
  return typeof wire === 'string' ? Buffer.from(wire) : wire instanceof Uint8Array ? wire : undefined;
}
