import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Awaitable, Backend } from '../contract/backend.ts';
import type { CacheResult } from '../contract/result.ts';
import type { BackendCapabilities } from './capabilities.ts';
import { brief, same } from './same.ts';
import type { MakeSubject, Subject } from './subject.ts';

/** One clause of the contract: its title is a sentence about a backend, and `check` fails where the sentence is not true. */
export interface Clause {
  readonly title: string;
  readonly check: (trial: Trial) => Promise<void>;
}

/** What a clause works with: a fresh subject, names of its own, and comparisons that know the subject's tolerance. */
export interface Trial {
  readonly backend: Backend<unknown>;
  readonly capabilities: BackendCapabilities;
  readonly prefix: string;
  /** A key of this test. */
  key(name: string): string;
  /** A value, different for each `n`. */
  value(n: number): unknown;
  /** Makes time pass. */
  advance(ms: number): Promise<void>;
  /** Milliseconds before a deadline at which an entry is surely still there, and after which it is surely gone. */
  readonly margin: number;
  /** The fresh keys under this test's prefix (and `under` it), sorted, without that prefix. */
  keys(under?: string): Promise<string[]>;
  /** A second client of the same entries, or the same one where the subject has no other. */
  peer(): Promise<Backend<unknown>>;
  /** Whether the subject has another. */
  readonly hasPeer: boolean;
  /** Cuts the backend off from its entries, until what it gives is called. The trial ends that in any case. */
  readonly fail: (() => Promise<() => Promise<void>>) | undefined;
  /** Passes when `found` is a hit on `value`. */
  isHit(found: CacheResult<unknown>, value: unknown): void;
  /** Passes when `actual` is `expected`, bytes being compared as bytes. */
  isValue(actual: unknown, expected: unknown): void;
  /** Passes when `actual` milliseconds are `expected`, or less by what may have passed unasked. */
  isAbout(actual: number | null | undefined, expected: number): void;
}

/** Runs `clause` on a new subject, and closes and disposes of it in any case. */
export async function runClause<W>(
  clause: Clause,
  make: MakeSubject<W>,
  capabilities: BackendCapabilities,
): Promise<void> {
  const prefix = `${capabilities.prefix ?? ''}kit:${randomUUID()}:`;
  const subject = await make({ prefix });
  const opened: Backend<W>[] = [];
  const open = async (backend: Backend<W>): Promise<Backend<unknown>> => {
    opened.push(backend);
    await backend.start();
    return backend;
  };
  let restore: (() => unknown) | undefined;
  const end = async (): Promise<void> => {
    await restore?.();
    for (const backend of opened) await backend.close();
    await subject.dispose?.();
  };
  try {
    const backend = await open(subject.backend);
    const peer = subject.peer === undefined ? undefined : async () => open(await (subject.peer as PeerOf<W>)());
    const fail =
      subject.fail === undefined
        ? undefined
        : async () => {
            restore = await subject.fail?.();
            return async () => {
              await restore?.();
              restore = undefined;
            };
          };
    await clause.check(trialOf(backend, capabilities, prefix, (ms) => subject.advance(ms), peer, fail));
  } catch (error) {
    await end().catch(() => {}); // what the clause found is what its reader needs
    throw error;
  }
  await end();
}

type PeerOf<W> = NonNullable<Subject<W>['peer']>;

function trialOf(
  backend: Backend<unknown>,
  capabilities: BackendCapabilities,
  prefix: string,
  advance: (ms: number) => Awaitable<unknown>,
  peer: (() => Promise<Backend<unknown>>) | undefined,
  fail: Trial['fail'],
): Trial {
  const slack = capabilities.slack ?? 0;
  const sample =
    capabilities.sample ?? (backend.stores === 'bytes' ? (n) => Buffer.from(`value ${n}`) : (n) => `value ${n}`);
  const trial: Trial = {
    backend,
    capabilities,
    prefix,
    peer: peer ?? (async () => backend),
    hasPeer: peer !== undefined,
    fail,
    key: (name) => prefix + name,
    value: sample,
    advance: async (ms) => {
      await advance(ms);
    },
    margin: slack + 1,
    async keys(under = '') {
      const found: string[] = [];
      for await (const key of backend.keys(prefix + under)) found.push(key.slice(prefix.length));
      return found.sort();
    },
    isHit(found, value) {
      assert.equal(found.hit, true, 'expected a hit, got a miss');
      if (found.hit) trial.isValue(found.value, value);
    },
    isValue(actual, expected) {
      assert.ok(same(actual, expected), `expected ${brief(expected)}, got ${brief(actual)}`);
    },
    isAbout(actual, expected) {
      const low = expected - slack;
      const right = typeof actual === 'number' && actual <= expected && actual >= low;
      assert.ok(
        right,
        `expected ${slack === 0 ? expected : `${low} to ${expected}`} milliseconds, got ${String(actual)}`,
      );
    },
  };
  return trial;
}
