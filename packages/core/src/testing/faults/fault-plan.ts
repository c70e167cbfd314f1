import { newSeed, seededRandom } from './random.ts';

/**
 * What can befall a call.
 * - `'none'`: nothing.
 * - `'error'`: it fails and was never carried out.
 * - `'lostReply'`: it is carried out, and its caller is told that it failed.
 * - `'lateWrite'`: its caller is told that it failed, and it is carried out later all the same.
 * - `'hang'`: nothing happens and nobody is told, until {@link Faults.resume}.
 * - `{ delay }`: it is carried out that many milliseconds later.
 */
export type Fault = 'none' | 'error' | 'lostReply' | 'lateWrite' | 'hang' | { readonly delay: number };

/** A method of a backend that can fail. */
export type Operation =
  | 'get'
  | 'getMany'
  | 'getEntry'
  | 'getEntries'
  | 'set'
  | 'setMany'
  | 'has'
  | 'delete'
  | 'deleteMany'
  | 'expire'
  | 'ttl'
  | 'clear'
  | 'keys'
  | 'start'
  | 'acquire'
  | 'renew'
  | 'release'
  | 'invalidateTags';

/** How often each fault befalls a call: 0 to 1 each, at most 1 together. What is left is no fault. */
export interface FaultChances {
  readonly error?: number | undefined;
  readonly lostReply?: number | undefined;
  readonly lateWrite?: number | undefined;
  readonly hang?: number | undefined;
  /** A delay of up to `maxDelay` milliseconds. */
  readonly delay?: number | undefined;
}

/** Says which fault befalls the next call of an operation. */
export interface FaultPlan {
  /** What the random faults depend on: give it again to have them again. */
  readonly seed: number;
  /** Befalls every call from now on, whatever was scripted; `undefined` ends it. @throws {RangeError} on what is no fault */
  always: Fault | undefined;
  /** What befalls the next calls of `operation` (`'any'`: of any operation without a script of its own), one each, in this order. @throws {RangeError} on what is no fault */
  script(operation: Operation | 'any', ...faults: readonly Fault[]): void;
}

const faults: readonly Fault[] = ['none', 'error', 'lostReply', 'lateWrite', 'hang'];
const kinds = ['error', 'lostReply', 'lateWrite', 'hang', 'delay'] as const;

/** Refuses what is no fault: a misspelt one would befall nothing, and its test would prove nothing. */
function assertFault(fault: Fault): void {
  if (typeof fault === 'object' ? fault?.delay >= 0 : faults.includes(fault)) return;
  throw new RangeError(`fault: expected ${faults.join(', ')} or { delay: milliseconds }, got ${String(fault)}`);
}

/** @throws {RangeError} when `chance` is not made of probabilities. */
export function faultPlan(
  chance: FaultChances,
  maxDelay: number,
  seed: number = newSeed(),
): FaultPlan & { next(operation: Operation): Fault; delay(): number } {
  let total = 0;
  for (const [kind, one] of Object.entries(chance)) {
    total += one ?? 0;
    const known = (kinds as readonly string[]).includes(kind);
    if (!known || !((one ?? 0) >= 0) || !(total <= 1))
      throw new RangeError(
        `chance: expected ${kinds.join(', ')} from 0 to 1 each and at most 1 together, got ${kind}: ${String(one)}`,
      );
  }
  const random = seededRandom(seed);
  let always: Fault | undefined;
  const scripts = new Map<Operation | 'any', Fault[]>();
  return {
    seed,
    get always() {
      return always;
    },
    set always(fault) {
      if (fault !== undefined) assertFault(fault);
      always = fault;
    },
    script(operation, ...faults) {
      faults.forEach(assertFault);
      scripts.set(operation, [...(scripts.get(operation) ?? []), ...faults]);
    },
    next(operation) {
      if (always !== undefined) return always;
      const scripted = (scripts.get(operation)?.length ?? 0) > 0 ? scripts.get(operation) : scripts.get('any');
      const fault = scripted?.shift();
      if (fault !== undefined) return fault;
      let left = random();
      for (const kind of kinds) {
        left -= chance[kind] ?? 0;
        if (left < 0) return kind === 'delay' ? { delay: random() * maxDelay } : kind;
      }
      return 'none';
    },
    delay: () => random() * maxDelay,
  };
}
