import type { OutageEvent } from '../../contract/capabilities.ts';
import type { CacheError } from '../../contract/errors.ts';
import type { FailoverPlan } from './options.ts';

// Failures further apart than this are of different outages, if the circuit never opened.
const quiet = 10_000;

const reads = new Set(['get', 'getMany', 'getEntry', 'getEntries', 'has', 'ttl', 'keys', 'acquire']);

type Happening = OutageEvent extends infer O
  ? O extends OutageEvent
    ? Omit<O, 'primary' | 'fallback'>
    : never
  : never;

/** Tells listeners what befalls the primary, and warns once an outage, of the fallback's too. */
export class Outages {
  readonly #names: { readonly primary: string; readonly fallback: string };
  readonly #plan: FailoverPlan;
  readonly #listeners = new Set<(outage: OutageEvent) => void>();
  // Of the primary and of the fallback: when it last failed, while that is one outage.
  readonly #failedAt: { Primary?: number | undefined; Fallback?: number | undefined } = {};

  constructor(primary: string, fallback: string, plan: FailoverPlan) {
    this.#names = { primary, fallback };
    this.#plan = plan;
  }

  listen(listener: (outage: OutageEvent) => void): () => void {
    const own = (outage: OutageEvent): void => listener(outage);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  tell(happening: Happening): void {
    // Its names are all it lacked.
    const outage = { ...this.#names, ...happening } as OutageEvent;
    for (const listener of [...this.#listeners]) this.#safely(() => listener(outage));
  }

  /** Warns of the first failure of an outage. */
  failed(side: 'Primary' | 'Fallback', operation: string, names: readonly string[], error: CacheError): void {
    const now = this.#plan.clock.now();
    const last = this.#failedAt[side];
    this.#failedAt[side] = now;
    if (last !== undefined && now - last < quiet) return;
    const what = names.length === 0 ? '' : ` '${names[0]}'${names.length > 1 ? ` and ${names.length - 1} more` : ''}`;
    const instead =
      side === 'Fallback' ? 'going on without it' : reads.has(operation) ? 'falling back' : 'using fallback only';
    const does = /^(start|close)$/.test(operation) ? `to ${operation}` : `for ${operation.toUpperCase()}${what}`;
    this.warn(`${side} cache failed ${does}, ${instead}: ${error.code}, ${error.message}`);
  }

  /** The outage is over. */
  ended(side: 'Primary' | 'Fallback'): void {
    this.#failedAt[side] = undefined;
  }

  warn(message: string): void {
    this.#safely(() => this.#plan.logger.warn(message));
  }

  /** Who is told must not harm what it is told of. */
  #safely(tell: () => unknown): void {
    try {
      tell();
    } catch (error) {
      process.emitWarning(error as Error);
    }
  }
}
