import type { Serializer, Wire } from '@cache/core';
import type { ValueLayer } from '../compose/chain.ts';
import { readsAlso } from '../compose/reads-also.ts';
import type { ValueType } from '../types/type.ts';

/** What json, msgpack and v8 have in common. */
export interface ValueOptions {
  /** How instances of your own classes travel. @default none */
  readonly types?: readonly ValueType[] | undefined;
  /** Who is asked, in this order, about bytes that this serializer refuses: what the fleet wrote before. @default nobody */
  readonly readsAlso?: readonly Serializer<unknown, Wire>[] | undefined;
}

export const valueOptions = ['types', 'readsAlso'] as const;

/** The layer that `both` makes, for values that the application says are of type T: what comes back is what was put in. */
export function valueLayer<T, W extends Wire>(
  both: Serializer<unknown, W>,
  others: readonly Serializer<unknown, Wire>[] | undefined,
): ValueLayer<T, W> {
  return { ...readsAlso(both, others), layer: 'values' } as ValueLayer<T, W>;
}
