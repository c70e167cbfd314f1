import { type Isolation, isolated } from '../compose/isolated.ts';
import { plainJson } from '../compose/plain-json.ts';
import { serialized } from '../compose/serialized.ts';
import { validated } from '../compose/validated.ts';
import type { Backend } from '../contract/backend.ts';
import { type CapableBackend, isDegrading, isRemoving, isTiered, type OutageEvent } from '../contract/capabilities.ts';
import type { CacheError, CacheValidationError } from '../contract/errors.ts';
import type { Serializer, Wire } from '../contract/serializer.ts';
import type { StandardSchema } from '../contract/standard-schema.ts';
import { type FlightTable, flightTable } from '../loads/flight-table.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { hits, Listeners, misses } from './events.ts';
import { asCacheError, type Logger, Outage, processLogger } from './failures.ts';
import type { CacheOptions } from './options.ts';
import { sharesPrefix } from './shared-prefix.ts';

/** What a cache shares with its namespaces. */
export class Family {
  /** The loads that run on the backend that was passed in: flights and fences belong to it. */
  readonly table: FlightTable;
  readonly prefix: string;
  readonly jitter: number;
  readonly onError: 'throw' | 'bypass';
  readonly clock: Clock;
  readonly logger: Logger;
  readonly listeners: Listeners;
  readonly outage: Outage;
  readonly name: string;
  #unwatch: (() => void) | undefined;
  readonly #unlisten: (() => void) | undefined;
  readonly #values: CapableBackend<unknown>;
  readonly #onInvalid: 'miss' | 'throw';

  constructor(options: CacheOptions<unknown>, prefix: string, name: string) {
    const { backend, clock = systemClock, logger = processLogger, jitter = 0, onError = 'throw' } = options;
    this.prefix = prefix;
    this.name = name;
    this.jitter = jitter;
    this.onError = onError;
    this.clock = clock;
    this.logger = logger;
    const warn = (message: string): void => {
      try {
        logger.warn(message);
      } catch {
        // A logger that fails must not fail what it was to tell of.
      }
    };
    this.table = flightTable(backend, () =>
      warn(
        `cache ${name}: expected one copy of @cache/core, got a second one above ${backend.name}: they share no loads, and may store old values. Install it once (npm dedupe)`,
      ),
    );
    if (sharesPrefix(this.table, prefix, options.name))
      warn(
        `cache ${name}: expected a prefix of its own, got ${JSON.stringify(prefix)}, which another cache on this backend has: they share their entries. Give it another, or both one name if they are meant to be one`,
      );
    this.listeners = new Listeners(warn);
    this.outage = new Outage(warn);
    this.#values = valuesOf(options);
    this.#onInvalid = options.onInvalid ?? 'miss';
    if (this.listeners.wants('evict') || this.listeners.wants('expire')) this.watchRemovals();
    const values = this.#values;
    if (isDegrading(values)) this.#unlisten = values.onOutage((outage) => this.#befell(outage));
  }

  /** Tells of what befell a part of the backend, where it is about this family's keys. */
  #befell({ event, ...fields }: OutageEvent): void {
    const { prefix, listeners, name } = this;
    const tier = this.#values.name;
    if ('operation' in fields) {
      const { error, operation, names } = fields;
      if (names.length > 0 && !names.some((name) => name.startsWith(prefix))) return;
      asCacheError(error, operation, tier, prefix, ownKeys(error, prefix));
    }
    // Which fields go with which event is said where both are declared.
    listeners.emit(prefix, event, { cache: name, tier, ...fields } as never);
  }

  /** The backend below any schema. A namespace says what its values are; nothing here can know. */
  values<T>(): CapableBackend<T> {
    return this.#values as CapableBackend<T>;
  }

  /** The backend of one cache of the family: its values checked by its own schema, if it has one. */
  shaped<T>(schema: StandardSchema<T> | undefined, report: (error: CacheValidationError) => void): CapableBackend<T> {
    const values = this.values<T>();
    return schema === undefined ? values : validated(values, schema, { onInvalid: this.#onInvalid, report });
  }

  /** Tells of entries that the backend removes on its own, from the first time that somebody asks. */
  watchRemovals(): void {
    const values = this.#values;
    if (this.#unwatch !== undefined || !isRemoving(values)) return;
    const { prefix, listeners } = this;
    this.#unwatch = values.onRemove(({ key: full, reason }) => {
      if ((reason !== 'evict' && reason !== 'expire') || !full.startsWith(prefix) || !listeners.wants(reason)) return;
      listeners.emit(full, reason, {
        cache: this.name,
        tier: isTiered(values) ? 'near' : values.name,
        key: full.slice(prefix.length),
      });
    });
  }

  /** The cache that began it was closed. */
  end(): void {
    this.table.prefixes.delete(this.prefix);
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#unlisten?.();
  }

  /** Whether a lookup has to do more than count: someone listens, or an outage may be over. */
  get attentive(): boolean {
    return this.listeners.count > 0 || this.outage.active || hits.hasSubscribers || misses.hasSubscribers;
  }
}

/** The keys an error is about, as the cache that has `prefix` knows them. */
function ownKeys({ key, keys = key === undefined ? [] : [key] }: CacheError, prefix: string): string[] {
  return keys.map((one) => one.slice(prefix.length));
}

function valuesOf(options: CacheOptions<unknown>): CapableBackend<unknown> {
  const { backend, serializer, isolate = 'share', maxValueBytes } = options;
  if (backend.stores === 'bytes' || serializer !== undefined)
    return serialized(backend as Backend<Wire>, (serializer ?? plainJson) as Serializer<unknown, Wire>, {
      maxValueBytes,
    });
  const values = backend as Backend<unknown>;
  return isolate === 'share' ? values : isolated(values, isolate satisfies Isolation);
}
