import type { BackendCapabilities } from '../capabilities.ts';
import { claims } from '../capabilities.ts';

/** One call, in small numbers: names, values and durations are looked up, so that a failing run can be read. */
export type Command =
  | ({ readonly do: 'set'; readonly name: number; readonly value: number; readonly ifNotExists: boolean } & Lifetime)
  | ({ readonly do: 'setMany'; readonly names: readonly number[]; readonly value: number } & Lifetime)
  | { readonly do: 'get' | 'getEntry' | 'has' | 'delete' | 'ttl'; readonly name: number }
  | { readonly do: 'getMany' | 'getEntries' | 'deleteMany'; readonly names: readonly number[] }
  | { readonly do: 'expire'; readonly name: number; readonly ttl: number | null }
  /** Of what begins with that name; `null`: of everything. */
  | { readonly do: 'clear' | 'keys'; readonly under: number | null }
  | { readonly do: 'advance'; readonly by: number }
  /** What a call becomes that a failing run does not need. */
  | { readonly do: 'nothing' };

/** A command that asks something of a backend. */
export type Call = Exclude<Command, { readonly do: 'nothing' }>;

interface Lifetime {
  readonly ttl: number | null;
  readonly staleFor: number;
}

/** How many names a run plays with: few, so that they meet. */
export const NAMES = 6;

/** How many values a command can choose from; where there are fewer, it counts round. */
export const VALUES = 64;

type FastCheck = typeof import('fast-check');
type Arbitrary<T> = import('fast-check').Arbitrary<T>;

// So rare that a list has its calls, and still there to be shrunk to.
const CALL_WEIGHT = 100;

/** Calls that a backend with `capabilities` understands, in lists of `min` to `max`. */
export function commandsFor(
  fc: FastCheck,
  capabilities: BackendCapabilities,
  min: number,
  max: number,
): Arbitrary<Command[]> {
  const has = (capability: Parameters<typeof claims>[1]): boolean => claims(capabilities, capability);
  const name = fc.nat(NAMES - 1);
  const names = fc.array(name, { maxLength: NAMES });
  const value = fc.nat(VALUES - 1);
  const ttl = has('ttl') ? fc.option(fc.integer({ min: 1, max: 6 })) : fc.constant(null);
  const staleFor = has('staleWindows') ? fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 4 })) : fc.constant(0);
  const under = fc.option(name, { freq: 3 });

  const nothing: Arbitrary<Command> = fc.constant({ do: 'nothing' });
  const commands = [{ weight: 1, arbitrary: nothing }];
  const add = (weight: number, arbitrary: Arbitrary<Command>): number =>
    commands.push({ weight: weight * CALL_WEIGHT, arbitrary });
  add(5, fc.record({ do: fc.constant('set'), name, value, ttl, staleFor, ifNotExists: fc.boolean() }));
  add(5, fc.record({ do: fc.constantFrom('get', 'getEntry', 'has', 'delete'), name }));
  if (has('bulk')) {
    add(2, fc.record({ do: fc.constant('setMany'), names, value, ttl, staleFor }));
    add(3, fc.record({ do: fc.constantFrom('getMany', 'getEntries', 'deleteMany'), names }));
  }
  if (has('ttl')) {
    add(2, fc.record({ do: fc.constant('expire'), name, ttl }));
    add(1, fc.record({ do: fc.constant('ttl'), name }));
    add(4, fc.record({ do: fc.constant('advance'), by: fc.integer({ min: 1, max: 4 }) }));
  }
  if (has('prefixes')) add(1, fc.record({ do: fc.constant('clear'), under }));
  if (has('iteration'))
    add(1, fc.record({ do: fc.constant('keys'), under: has('prefixes') ? under : fc.constant(null) }));
  return fc.array(fc.oneof({ withCrossShrink: true }, ...commands), { minLength: min, maxLength: max, size: 'max' });
}
