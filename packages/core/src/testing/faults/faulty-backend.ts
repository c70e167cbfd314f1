import { setTimeout as sleep } from 'node:timers/promises';
import { assertOptions } from '../../cache/check-options.ts';
import type { Awaitable, Backend } from '../../contract/backend.ts';
import {
  type Checking,
  type Invalidation,
  isChecking,
  isLeasing,
  isObserving,
  isReporting,
  isTagging,
  type Leasing,
  type Observing,
  type Reporting,
  type Tagging,
} from '../../contract/capabilities.ts';
import { CacheConnectionError } from '../../contract/errors.ts';
import { type Fault, type FaultChances, type FaultPlan, faultPlan, type Operation } from './fault-plan.ts';

/** A moment at which a call, or a message, is under way and waits to be let on. */
export interface Step {
  /** `'onInvalidate'` and `'settled'` for messages. */
  readonly operation: Operation | 'onInvalidate' | 'settled';
  /** `'request'`: not yet carried out. `'reply'`: carried out, its caller not told. `'late'`: its caller was told that it failed. */
  readonly phase: 'request' | 'reply' | 'late' | 'message';
  /** What it is about, where it is about keys. */
  readonly keys: readonly string[];
}

export interface FaultyOptions {
  /** Faults by chance. @default none */
  readonly chance?: FaultChances | undefined;
  /** Repeats the random faults of an earlier run. @default a new one, which is printed if `chance` is given */
  readonly seed?: number | undefined;
  /** Milliseconds that a random delay, or a late write, takes at most. @default 20 */
  readonly maxDelay?: number | undefined;
  /**
   * Called before each step; the step waits for what it returns. A scheduler that returns promises, and resolves them in
   * an order of its choice, so decides every order in which things happen. @default nothing waits
   */
  readonly step?: ((step: Step) => Awaitable<unknown>) | undefined;
  /** What a caller is told. @default a `CacheConnectionError` that names the operation */
  readonly failWith?: ((step: Step) => unknown) | undefined;
  /** Where the seed is printed. @default standard error */
  readonly print?: ((line: string) => void) | undefined;
}

/** Governs the faults of a {@link faultyBackend}. */
export interface Faults extends FaultPlan {
  /** Calls that hang. */
  readonly hanging: number;
  /** Lets the calls that hang go on, as a server that wakes up would. */
  resume(): void;
  /** Resolves when every late write was carried out. */
  idle(): Promise<void>;
}

const optionNames = new Set<keyof FaultyOptions>(['chance', 'seed', 'maxDelay', 'step', 'failWith', 'print']);

type WireOf<B> = B extends Backend<infer W> ? W : never;
type Capabilities<W> = Leasing<W> & Tagging & Observing & Reporting & Checking;

/** A backend with the optional capabilities of `B`, and with faults. */
export type FaultyBackend<B extends Backend<unknown>> = Backend<WireOf<B>> &
  Pick<B, keyof B & keyof Capabilities<unknown>> & { readonly faults: Faults };

/**
 * `inner` behind a line that can fail: calls fail, hang, come late, or are carried out although their caller was told
 * otherwise; by script, by chance with a seed, or in the order of a scheduler. Everything else is `inner`'s.
 *
 * `close` is never faulty; it fails the calls that hang. A late write that fails fails in silence, as nobody waits for it.
 * @throws {RangeError} when `chance` is not made of probabilities; {CacheConfigError} on an option that does not exist, since
 * without its faults a test proves nothing
 */
export function faultyBackend<B extends Backend<unknown>>(inner: B, options: FaultyOptions = {}): FaultyBackend<B> {
  assertOptions('faultyBackend', options, optionNames);
  const { chance = {}, maxDelay = 20, step, seed, print = (line) => console.error(line) } = options;
  const {
    failWith = ({ operation }) =>
      new CacheConnectionError(`${operation}: expected an answer, got a fault made for a test`),
  } = options;
  const plan = faultPlan(chance, maxDelay, seed);
  if (Object.keys(chance).length > 0 && seed === undefined) print(`faultyBackend: seed ${plan.seed}`);
  const hung = new Set<{ readonly go: () => void; readonly fail: () => void }>();
  const late = new Set<Promise<void>>();

  const hang = (at: Step): Promise<void> =>
    new Promise((resolve, reject) => {
      const call = {
        go: () => hung.delete(call) && resolve(),
        fail: () => hung.delete(call) && reject(failWith(at)),
      };
      hung.add(call);
    });

  const call = async <T>(operation: Operation, keys: readonly string[], run: () => Awaitable<T>): Promise<T> => {
    const fault: Fault = plan.next(operation);
    const at = { operation, keys, phase: 'request' } as const;
    await step?.(at);
    if (fault === 'error') throw failWith(at);
    if (fault === 'hang') await hang(at);
    if (typeof fault === 'object') await sleep(fault.delay);
    if (fault === 'lateWrite') {
      const landing = (async () => {
        await (step === undefined ? sleep(plan.delay()) : step({ operation, keys, phase: 'late' }));
        await run();
      })()
        .catch(() => {})
        .finally(() => late.delete(landing));
      late.add(landing);
      throw failWith(at);
    }
    const answer = await run();
    await step?.({ operation, keys, phase: 'reply' });
    if (fault === 'lostReply') throw failWith(at);
    return answer;
  };

  const faults: Faults = Object.defineProperties(plan, {
    hanging: { get: () => hung.size },
    resume: {
      value: () => {
        for (const one of [...hung]) one.go();
      },
    },
    idle: {
      value: async () => {
        while (late.size > 0) await Promise.all(late);
      },
    },
  }) as FaultPlan as Faults; // the three properties just defined

  const faulty: Backend<unknown> & Partial<Capabilities<unknown>> & { readonly faults: Faults } = {
    faults,
    name: inner.name,
    stores: inner.stores,
    get: (key) => call('get', [key], () => inner.get(key)),
    getMany: (keys) => call('getMany', keys, () => inner.getMany(keys)),
    getEntry: (key) => call('getEntry', [key], () => inner.getEntry(key)),
    getEntries: (keys) => call('getEntries', keys, () => inner.getEntries(keys)),
    set: (key, value, how) => call('set', [key], () => inner.set(key, value, how)),
    setMany(entries, how) {
      const pairs = [...entries];
      const keys = pairs.map(([key]) => key);
      return call('setMany', keys, () => inner.setMany(pairs, how));
    },
    has: (key) => call('has', [key], () => inner.has(key)),
    delete: (key) => call('delete', [key], () => inner.delete(key)),
    deleteMany: (keys) => call('deleteMany', keys, () => inner.deleteMany(keys)),
    expire: (key, ttl) => call('expire', [key], () => inner.expire(key, ttl)),
    ttl: (key) => call('ttl', [key], () => inner.ttl(key)),
    clear: (prefix) => call('clear', [], () => inner.clear(prefix)),
    async *keys(prefix) {
      yield* await call('keys', [], () => inner.keys(prefix));
    },
    start: () => call('start', [], () => inner.start()),
    async close() {
      for (const one of [...hung]) one.fail();
      await inner.close();
    },
  };
  if (isLeasing<unknown>(inner)) {
    faulty.acquire = (key, ttl, ifFreshFor) => call('acquire', [key], () => inner.acquire(key, ttl, ifFreshFor));
    faulty.renew = (lease, ttl) => call('renew', [lease.key], () => inner.renew(lease, ttl));
    faulty.release = (lease) => call('release', [lease.key], () => inner.release(lease));
    faulty.settled = async (key, signal) => {
      await inner.settled(key, signal);
      await step?.({ operation: 'settled', keys: [key], phase: 'message' });
    };
  }
  if (isTagging(inner)) faulty.invalidateTags = (tags) => call('invalidateTags', [], () => inner.invalidateTags(tags));
  if (isObserving(inner))
    faulty.onInvalidate = (listener) =>
      step === undefined ? inner.onInvalidate(listener) : observedInOrder(inner, step, listener);
  if (isReporting(inner)) faulty.stats = () => inner.stats();
  if (isChecking(inner)) faulty.health = () => inner.health();
  // Capabilities are copied where `inner` has them, and only there.
  return faulty as Backend<unknown> as FaultyBackend<B>;
}

/** Messages reach `listener` one after the other, each when its step is let on; the first, which tells of the signal, at once. */
function observedInOrder(
  inner: Observing,
  step: (step: Step) => Awaitable<unknown>,
  listener: (change: Invalidation) => void,
): () => void {
  let listening: 'not yet' | 'yes' | 'no more' = 'not yet';
  let before: Promise<void> = Promise.resolve();
  const stop = inner.onInvalidate((change) => {
    if (listening === 'not yet') {
      listener(change);
      return;
    }
    before = before.then(async () => {
      await step({ operation: 'onInvalidate', keys: 'keys' in change ? change.keys : [], phase: 'message' });
      if (listening === 'no more') return;
      try {
        listener(change);
      } catch (error) {
        process.emitWarning(error as Error); // the messages behind it still come
      }
    });
  });
  listening = 'yes';
  return () => {
    listening = 'no more';
    stop();
  };
}
