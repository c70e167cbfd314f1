import assert from 'node:assert/strict';
import type { Backend } from '../../contract/backend.ts';
import { isLeasing, type Lease, type Leasing } from '../../contract/capabilities.ts';
import type { Clause, Trial } from '../trial.ts';

/** How long the kit asks for a lease. */
export const MINUTE = 60_000;

/** A trial of a backend with leases. */
export interface LeasingTrial extends Trial {
  readonly backend: Backend<unknown> & Leasing<unknown>;
  otherClient(): Promise<Backend<unknown> & Leasing<unknown>>;
}

/** A clause about a backend with leases. */
export function clause(title: string, check: (trial: LeasingTrial) => Promise<void>): Clause {
  return {
    title,
    async check(trial) {
      const { backend } = trial;
      assert.ok(isLeasing<unknown>(backend), 'expected acquire, renew, release and settled');
      const otherClient = async (): Promise<Backend<unknown> & Leasing<unknown>> => {
        const peer = await trial.peer();
        assert.ok(isLeasing<unknown>(peer), 'expected a peer with leases');
        return peer;
      };
      await check({ ...trial, backend, otherClient });
    },
  };
}

/** The lease of a key that nobody holds. */
export async function acquired({ backend, key }: LeasingTrial, name: string, ifFreshFor?: number): Promise<Lease> {
  const { lease } = await backend.acquire(key(name), MINUTE, ifFreshFor);
  assert.ok(lease, 'expected a lease');
  return lease;
}
