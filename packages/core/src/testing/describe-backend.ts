import assert from 'node:assert/strict';
import { isLeasing, isObserving, isTagging } from '../contract/capabilities.ts';
import { type BackendCapabilities, type Capability, claims } from './capabilities.ts';
import { type Runner, runnerOrGlobals } from './runner.ts';
import type { MakeSubject } from './subject.ts';
import { answersAtOnce } from './suites/answers-at-once.ts';
import { basic } from './suites/basic.ts';
import { brokenLeases } from './suites/broken-leases.ts';
import { bulk } from './suites/bulk.ts';
import { failing } from './suites/failing.ts';
import { iteration, iterationTtl } from './suites/iteration.ts';
import { iteratedLeases, leases, staleLeases, taggedLeases } from './suites/leases.ts';
import { observing, taggedObserving } from './suites/observing.ts';
import { clearAll, keysOfAll, prefixedKeys, prefixes } from './suites/prefixes.ts';
import { sharing } from './suites/sharing.ts';
import { bulkStale, staleClear, staleKeys, staleWindows } from './suites/stale-windows.ts';
import { bulkTags, staleTags, tags, ttlTags } from './suites/tags.ts';
import { bulkTtl, ttl } from './suites/ttl.ts';
import { bulkValues, values } from './suites/values.ts';
import { type Clause, runClause } from './trial.ts';

interface Suite {
  readonly name: string;
  /** What a backend must have for these clauses. */
  readonly needs: readonly Capability[];
  /** Only for a backend that is, or is not, shared with others. */
  readonly shared?: boolean;
  readonly clauses: readonly Clause[];
}

const suites: readonly Suite[] = [
  { name: 'basic', needs: [], clauses: basic },
  { name: 'values', needs: [], clauses: values },
  { name: 'bulk', needs: ['bulk'], clauses: [...bulk, bulkValues] },
  { name: 'ttl', needs: ['ttl'], clauses: ttl },
  { name: 'ttl in bulk', needs: ['ttl', 'bulk'], clauses: bulkTtl },
  { name: 'stale windows', needs: ['staleWindows'], clauses: staleWindows },
  { name: 'stale windows in bulk', needs: ['staleWindows', 'bulk'], clauses: bulkStale },
  { name: 'iteration', needs: ['iteration'], clauses: iteration },
  { name: 'iteration and ttl', needs: ['iteration', 'ttl'], clauses: [iterationTtl] },
  { name: 'iteration and stale windows', needs: ['iteration', 'staleWindows'], clauses: [staleKeys] },
  { name: 'prefixes', needs: ['prefixes'], clauses: prefixes },
  { name: 'prefixes and iteration', needs: ['prefixes', 'iteration'], clauses: [prefixedKeys] },
  { name: 'prefixes and stale windows', needs: ['prefixes', 'staleWindows'], clauses: [staleClear] },
  { name: 'tags', needs: ['tags'], clauses: tags },
  { name: 'tags in bulk', needs: ['tags', 'bulk'], clauses: bulkTags },
  { name: 'tags and ttl', needs: ['tags', 'ttl'], clauses: ttlTags },
  { name: 'tags and stale windows', needs: ['tags', 'staleWindows'], clauses: staleTags },
  { name: 'leases', needs: ['leases'], clauses: [...leases, ...brokenLeases] },
  { name: 'leases and stale windows', needs: ['leases', 'staleWindows'], clauses: staleLeases },
  { name: 'leases and tags', needs: ['leases', 'tags'], clauses: taggedLeases },
  { name: 'leases and iteration', needs: ['leases', 'iteration'], clauses: iteratedLeases },
  { name: 'observing', needs: ['observing'], clauses: observing },
  { name: 'observing and tags', needs: ['observing', 'tags'], clauses: taggedObserving },
  { name: 'failing', needs: ['failing'], clauses: failing },
  { name: 'sharing', needs: [], shared: true, clauses: sharing },
  { name: 'clearing everything', needs: [], shared: false, clauses: [clearAll] },
  { name: 'listing everything', needs: ['iteration'], shared: false, clauses: [keysOfAll] },
];

const words: Readonly<Record<Capability, string>> = {
  bulk: 'bulk (getMany, getEntries, setMany, deleteMany)',
  ttl: 'ttl (deadlines, expire, ttl)',
  staleWindows: 'stale windows (staleFor)',
  iteration: 'iteration (keys)',
  prefixes: 'prefixes (clear of a prefix)',
  leases: 'leases (acquire, renew, release, settled)',
  tags: 'tags (invalidateTags)',
  observing: 'observing (onInvalidate)',
  failing: 'failing (a subject that can cut it off)',
};

/**
 * Registers one test for each clause of the contract of backends: whatever passes can stand in for any other backend.
 *
 * Every test gets a subject and names of its own, so they depend on no order. What `capabilities` say the backend lacks
 * is registered as a skipped test that names it; a backend that has an optional capability and does not say so fails.
 * @param runner `describe` and `it` of vitest or `node:test`. @default the globals of these names
 * @throws {TypeError} when there is no runner.
 */
export function describeBackend<W>(
  name: string,
  make: MakeSubject<W>,
  capabilities: BackendCapabilities = {},
  runner?: Runner,
): void {
  const { describe, it } = runnerOrGlobals(runner, 'describeBackend');
  describe(`${name} keeps the contract of backends`, () => {
    const register = (suite: Pick<Suite, 'name' | 'clauses'>): void => {
      describe(suite.name, () => {
        for (const clause of suite.clauses) it(clause.title, () => runClause(clause, make, capabilities));
      });
    };
    register({ name: 'capabilities', clauses: [honesty] });
    if (capabilities.synchronous === true) register({ name: 'synchronous', clauses: answersAtOnce });
    for (const suite of suites) {
      if (suite.shared !== undefined && suite.shared !== (capabilities.shared ?? false)) continue;
      if (suite.needs.every((need) => claims(capabilities, need))) register(suite);
    }
    const lacks = (Object.keys(words) as Capability[])
      .filter((one) => !claims(capabilities, one))
      .map((one) => words[one]);
    if (capabilities.shared === true) lacks.push('a place of its own: clear() and keys() without a prefix');
    for (const lack of lacks) (it.skip ?? it)(`lacks ${lack}`, async () => {});
  });
}

const honesty: Clause = {
  title: 'has the optional capabilities it claims, and claims those it has',
  async check({ backend, capabilities }) {
    const has = { leases: isLeasing(backend), tags: isTagging(backend), observing: isObserving(backend) } as const;
    for (const [capability, there] of Object.entries(has) as [keyof typeof has, boolean][])
      assert.equal(there, claims(capabilities, capability), `${capability}: claimed and there must be the same`);
  },
};
