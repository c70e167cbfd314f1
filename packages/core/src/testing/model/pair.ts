import assert from 'node:assert/strict';
import type { Backend, BulkWriteOptions, Entry } from '../../contract/backend.ts';
import { isListing } from '../../contract/capabilities.ts';
import type { BackendCapabilities } from '../capabilities.ts';
import { brief, same } from '../same.ts';
import type { Subject } from '../subject.ts';
import { samplesFor } from '../suites/values.ts';
import type { Call, Command } from './command.ts';
import type { MapModel } from './map-model.ts';

// With a tolerance for time, nothing may end within it: deadlines then lie on a grid that is wider.
const WIDE_MS = 10_000;

type Answers = readonly [actual: unknown, expected: unknown];

/** A backend and its model, which are asked the same and must answer the same. */
export class Pair {
  readonly #subject: Subject<unknown>;
  readonly #backend: Backend<unknown>;
  readonly #model: MapModel;
  readonly #names: readonly string[];
  readonly #prefix: string;
  readonly #values: readonly unknown[];
  readonly #slack: number;
  readonly #unit: number;

  constructor(
    subject: Subject<unknown>,
    model: MapModel,
    names: readonly string[],
    prefix: string,
    capabilities: BackendCapabilities,
  ) {
    this.#subject = subject;
    this.#backend = subject.backend;
    this.#model = model;
    this.#names = names;
    this.#prefix = prefix;
    this.#values = samplesFor(subject.backend, capabilities);
    this.#slack = capabilities.slack ?? 0;
    this.#unit = this.#slack === 0 ? 1 : WIDE_MS;
  }

  /** @throws {AssertionError} when the answers to `call` differ. */
  async compare(call: Call): Promise<void> {
    const [actual, expected] = await this.#ask(call);
    assert.ok(same(actual, expected), `expected ${brief(expected)}, got ${brief(actual)}`);
  }

  #ask(call: Call): Promise<Answers> | Answers {
    switch (call.do) {
      case 'get':
      case 'getEntry':
      case 'has':
      case 'delete':
      case 'ttl':
        return this.#askAboutOne(call.do, this.#key(call.name));
      case 'getMany':
      case 'getEntries':
      case 'deleteMany':
        return this.#askAboutMany(
          call.do,
          call.names.map((name) => this.#key(name)),
        );
      case 'clear':
      case 'keys':
        return this.#askAboutAll(call.do, call.under === null ? this.#prefix : this.#key(call.under));
      default:
        return this.#change(call);
    }
  }

  async #askAboutOne(method: 'get' | 'getEntry' | 'has' | 'delete' | 'ttl', key: string): Promise<Answers> {
    const backend = this.#backend;
    const model = this.#model;
    switch (method) {
      case 'get': {
        const found = await backend.get(key);
        const fresh = model.fresh(key);
        return [
          found.hit ? { hit: true, value: plain(found.value) } : { hit: found.hit },
          fresh === undefined ? { hit: false } : { hit: true, value: plain(fresh.value) },
        ];
      }
      case 'getEntry':
        return this.#entries(await backend.getEntry(key), model.entry(key));
      case 'has':
        return [await backend.has(key), model.fresh(key) !== undefined];
      case 'delete':
        return [await backend.delete(key), model.delete(key)];
      case 'ttl': {
        const expected = model.fresh(key)?.freshFor;
        return [this.#about(await backend.ttl(key), expected), expected];
      }
    }
  }

  async #askAboutMany(method: 'getMany' | 'getEntries' | 'deleteMany', keys: readonly string[]): Promise<Answers> {
    const model = this.#model;
    const once = [...new Set(keys)];
    switch (method) {
      case 'getMany': {
        const found = await this.#backend.getMany(keys);
        const list = isListing(this.#backend) ? await this.#backend.getMany.list(keys) : undefined;
        const there = (key: string): readonly [string, unknown][] => {
          const fresh = model.fresh(key);
          return fresh === undefined ? [] : [[key, plain(fresh.value)]];
        };
        return [
          [
            Array.from(found, ([key, value]) => [key, plain(value)]),
            list?.map((one) => (one.hit ? [plain(one.value)] : [])),
          ],
          [once.flatMap(there), list && keys.map((key) => there(key).map(([, value]) => value))],
        ];
      }
      case 'getEntries': {
        const found = await this.#backend.getEntries(keys);
        const there = once.filter((key) => model.entry(key) !== undefined);
        const pairs = there.map((key) => this.#entries(found.get(key), model.entry(key)));
        return [
          [[...found.keys()], pairs.map(([actual]) => actual)],
          [there, pairs.map(([, expected]) => expected)],
        ];
      }
      case 'deleteMany':
        return [await this.#backend.deleteMany(keys), keys.filter((key) => model.delete(key)).length];
    }
  }

  async #askAboutAll(method: 'clear' | 'keys', prefix: string): Promise<Answers> {
    if (method === 'clear') {
      this.#model.clear(prefix);
      return [await this.#backend.clear(prefix), undefined];
    }
    const found: string[] = [];
    for await (const key of this.#backend.keys(prefix)) found.push(key);
    return [found.sort(), this.#model.keys(prefix).sort()];
  }

  async #change(call: Extract<Command, { do: 'set' | 'setMany' | 'expire' | 'advance' }>): Promise<Answers> {
    const backend = this.#backend;
    const model = this.#model;
    switch (call.do) {
      case 'set': {
        const how = { ...this.#lifetime(call), ifNotExists: call.ifNotExists };
        const [key, value] = [this.#key(call.name), this.#value(call.value)];
        return [await backend.set(key, value, how), model.set(key, value, how)];
      }
      case 'setMany': {
        const how = this.#lifetime(call);
        const pairs = call.names.map((name, n) => [this.#key(name), this.#value(call.value + n)] as const);
        for (const [key, value] of pairs) model.set(key, value, how);
        return [await backend.setMany(pairs, how), undefined];
      }
      case 'expire': {
        const [key, ttl] = [this.#key(call.name), call.ttl === null ? null : call.ttl * this.#unit];
        return [await backend.expire(key, ttl), model.expire(key, ttl)];
      }
      case 'advance':
        await this.#subject.advance(call.by * this.#unit);
        model.advance(call.by * this.#unit);
        return [undefined, undefined];
    }
  }

  #key(name: number): string {
    return this.#prefix + this.#names[name];
  }

  #value(n: number): unknown {
    return this.#values[n % this.#values.length];
  }

  #lifetime({ ttl, staleFor }: { ttl: number | null; staleFor: number }): BulkWriteOptions {
    return { ...(ttl !== null && { ttl: ttl * this.#unit }), ...(staleFor > 0 && { staleFor: staleFor * this.#unit }) };
  }

  /** Two entries as they can be compared. */
  #entries(actual: Entry<unknown> | undefined, expected: Entry<unknown> | undefined): Answers {
    const shown = (entry: Entry<unknown> | undefined): unknown =>
      entry && {
        value: plain(entry.value),
        freshFor: this.#about(entry.freshFor, expected?.freshFor),
        expiresIn: this.#about(entry.expiresIn, expected?.expiresIn),
      };
    return [shown(actual), shown(expected)];
  }

  /** A remaining time: the expected one, where it is that within the tolerance. */
  #about(actual: number | null | undefined, expected: number | null | undefined): number | null | undefined {
    if (typeof actual !== 'number' || typeof expected !== 'number') return actual;
    return actual <= expected && actual >= expected - this.#slack ? expected : actual;
  }
}

/** A value as it can be compared: one kind of bytes. */
function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value) : value;
}
