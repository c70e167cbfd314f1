import type { Serializer, Wire } from '@cache/core';
import type { ValueType } from '../types/type.ts';

/** What json, msgpack and v8 have in common. */
export interface ValueOptions {
  /** How instances of your own classes travel. @default none */
  readonly types?: readonly ValueType[] | undefined;
  /** Who is asked, in this order, about bytes that this serializer refuses: what the fleet wrote before. @default nobody */
  readonly readsAlso?: readonly Serializer<unknown, Wire>[] | undefined;
}
