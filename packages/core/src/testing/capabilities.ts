/**
 * What a backend under test can do. What is required by the contract is on unless said otherwise; what is optional is off
 * unless said otherwise. Each thing that is off is named in the report: nothing is left out in silence.
 */
export interface BackendCapabilities {
  /** `getMany`, `getEntries`, `setMany`, `deleteMany`. @default true */
  readonly bulk?: boolean | undefined;
  /** Deadlines: `ttl` on writing, `expire` and `ttl`. @default true */
  readonly ttl?: boolean | undefined;
  /** `staleFor` on writing, and stale entries from `getEntry`. @default true */
  readonly staleWindows?: boolean | undefined;
  /** `keys`. @default true */
  readonly iteration?: boolean | undefined;
  /** `clear(prefix)` and `keys(prefix)`. @default true */
  readonly prefixes?: boolean | undefined;
  /** {@link Leasing}. @default false */
  readonly leases?: boolean | undefined;
  /** {@link Tagging}. @default false */
  readonly tags?: boolean | undefined;
  /** {@link Observing}. @default false */
  readonly observing?: boolean | undefined;
  /** The subject can cut it off from its entries, by `fail` of the subject. @default false */
  readonly failing?: boolean | undefined;
  /** Answers at once: no method returns a promise. @default false */
  readonly synchronous?: boolean | undefined;
  /**
   * Others store entries in the same place. The subject then has a `peer`, and `clear()` and `keys()` are never called
   * without a prefix. @default false
   */
  readonly shared?: boolean | undefined;
  /** Starts every key of the suite: for a server that is also somebody else's. @default '' */
  readonly prefix?: string | undefined;
  /**
   * Milliseconds that may pass unasked during a test: 0 for a backend whose clock the kit moves, 1,000 or more for a real
   * server. Remaining times are compared with this tolerance. At most 10,000. @default 0
   */
  readonly slack?: number | undefined;
  /** Different values for different numbers. @default strings, and their bytes for a backend of bytes */
  readonly sample?: ((n: number) => unknown) | undefined;
  /** Values that must come back as they were written. @default whatever JavaScript has; hostile bytes for a backend of bytes */
  readonly values?: readonly unknown[] | undefined;
}

/** The parts of the kit that a backend can lack. */
export type Capability =
  | 'bulk'
  | 'ttl'
  | 'staleWindows'
  | 'iteration'
  | 'prefixes'
  | 'leases'
  | 'tags'
  | 'observing'
  | 'failing';

const required: ReadonlySet<Capability> = new Set<Capability>(['bulk', 'ttl', 'staleWindows', 'iteration', 'prefixes']);

/** Whether the backend is said to have `capability`. */
export function claims(capabilities: BackendCapabilities, capability: Capability): boolean {
  return capabilities[capability] ?? required.has(capability);
}
