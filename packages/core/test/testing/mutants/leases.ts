import type { Mutant } from './mutant.ts';

/** Bugs in leases. */
export const leaseMutants: readonly Mutant[] = [
  {
    bug: 'does not break the lease on delete',
    noticedBy: /a lease is broken by delete from the same/,
    plant: (right) => ({
      delete(key) {
        return right.getEntry(key) !== undefined && right.delete(key);
      },
    }),
  },
  {
    bug: 'stores whatever the lease says',
    noticedBy: /a lease is broken by set from the same/,
    plant: (right) => ({ set: (key, value, o) => right.set(key, value, { ...o, lease: undefined }) }),
  },
  {
    bug: 'grants the lease to everybody',
    noticedBy: /exactly one of many who ask at once/,
    plant: (right) => ({
      acquire(key, ttl, ifFreshFor) {
        const got = right.acquire(key, ttl, ifFreshFor);
        return 'then' in got || got.lease ? got : { ...got, lease: { key, token: 'mine too' } };
      },
    }),
  },
  {
    bug: 'lets any token release a lease',
    noticedBy: /it cannot end that of another/,
    plant: (right) => ({
      release(lease) {
        right.release(lease);
        if (right.getEntry(lease.key) === undefined) right.delete(lease.key);
      },
    }),
  },
  {
    bug: 'keeps a lease after the write it was for',
    noticedBy: /stores under a lease that holds, and that ends it/,
    plant: (right) => {
      const used = new Set<string>();
      return {
        set(key, value, o) {
          if (o?.lease === undefined) return right.set(key, value, o);
          const stored = right.set(key, value, o) || used.has(o.lease.token);
          used.add(o.lease.token);
          return stored;
        },
      };
    },
  },
  {
    bug: 'shows a leased key as an entry',
    noticedBy: /does not make an absent key look present/,
    plant: (right) => {
      const leased = new Set<string>();
      return {
        acquire(key, ttl, ifFreshFor) {
          leased.add(key);
          return right.acquire(key, ttl, ifFreshFor);
        },
        has: (key) => leased.has(key) || right.has(key),
      };
    },
  },
  {
    bug: 'never lets a lease end by time',
    noticedBy: /a lease ends when its time is up/,
    plant: (right) => ({ acquire: (key, _ttl, ifFreshFor) => right.acquire(key, 1e12, ifFreshFor) }),
  },
  {
    bug: 'renews a lease that is over',
    noticedBy: /cannot bring back one that does not/,
    plant: (right) => ({ renew: (lease, ttl) => right.renew(lease, ttl) || true }),
  },
  {
    bug: 'hides the stale entry from the one who comes second',
    noticedBy: /gives it to the one who comes second/,
    plant: (right) => ({
      acquire(key, ttl, ifFreshFor) {
        const got = right.acquire(key, ttl, ifFreshFor);
        return 'then' in got || got.lease ? got : {};
      },
    }),
  },
  {
    bug: 'wakes nobody: settled only resolves when it is aborted',
    noticedBy: /settled resolves after a write under the lease/,
    plant: () => ({
      settled: (_key, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    }),
  },
  {
    bug: 'rejects settled when it is aborted',
    throws: 'Error',
    noticedBy: /settled resolves when it is aborted, and never rejects/,
    plant: (right) => ({
      async settled(key, signal) {
        await right.settled(key, signal);
        signal.throwIfAborted();
      },
    }),
  },
  {
    bug: 'forgets on a fill that one of its tags was invalidated meanwhile',
    noticedBy: /a fill is refused if one of its tags was invalidated/,
    plant: (right) => ({
      set: (key, value, o) => right.set(key, value, o?.lease === undefined ? o : { ...o, tags: undefined }),
    }),
  },
  {
    bug: 'leaves the lease of a fill that it refused',
    noticedBy: /a fill that is refused for a tag ends its lease/,
    plant: (right) => ({
      set(key, value, o) {
        const stored = right.set(key, value, o);
        if (!stored && o?.lease !== undefined) right.acquire(key, 1_000);
        return stored;
      },
    }),
  },
];
