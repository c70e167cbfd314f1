import { andThen, isPending, orElse } from '../contract/awaitable.ts';
import type { Awaitable } from '../contract/backend.ts';
import {
  type CacheStats,
  type CapableBackend,
  type Health,
  isChecking,
  isReporting,
  isTagging,
  isTiered,
} from '../contract/capabilities.ts';
import { CacheCapabilityError, type CacheError, type CacheValidationError } from '../contract/errors.ts';
import { assertMiss, type CacheResult } from '../contract/result.ts';
import { assertKey } from '../keys/key.ts';
import type { LoadHost } from '../loads/load-host.ts';
import type { LoadDefaults } from '../loads/load-options.ts';
import { Loads } from '../loads/loads.ts';
import { parseTtl, type Ttl } from '../time/ttl.ts';
import { assertIterable, checkedTags } from './check-options.ts';
import { type Counts, noCounts, statsOf } from './counts.ts';
import type { CacheEventName, CacheEventOrigin, CacheEvents } from './events.ts';
import { asCacheError, isBypassable } from './failures.ts';
import type { Family } from './family.ts';
import type { Lifecycle } from './lifecycle.ts';
import { loadHostOf } from './load-host.ts';
import { isTraced, traced } from './operations.ts';
import type { Scope } from './scope.ts';
import { longestWindow, type StaleWindows } from './stale-windows.ts';

// Milliseconds that `close()` waits for loads that run.
const closeTimeout = 5_000;

/**
 * What the operations of a cache stand on. `reads.ts` and `writes.ts` state each of them once: it checks its arguments
 * before anything happens, fences running loads if it changes something, asks the backend by {@link Engine.run}, then
 * counts and tells. It answers as the backend does, at once or by a promise; `Cache` and `SyncCache` are its two faces.
 */
export class Engine<T> {
  readonly family: Family;
  readonly backend: CapableBackend<T>;
  readonly prefix: string;
  readonly name: string;
  readonly ttl: number | null;
  readonly defaults: LoadDefaults;
  readonly lifecycle: Lifecycle;
  readonly counts: Counts = noCounts();
  readonly host: LoadHost<T>;
  readonly loads: Loads<T>;
  /** What callers get of a loaded value, and what is stored of it. */
  readonly accept: (key: string, value: T) => Awaitable<T>;
  readonly #staleFor: number;

  constructor(scope: Scope<T>) {
    this.family = scope.family;
    this.backend = scope.backend;
    this.prefix = scope.prefix;
    this.name = scope.name;
    this.ttl = scope.ttl;
    this.defaults = scope.defaults;
    this.lifecycle = scope.lifecycle;
    this.accept = scope.accept ?? ((_key, value) => value);
    this.host = loadHostOf(this);
    this.loads = new Loads(this.host);
    this.#staleFor = longestWindow(this.defaults);
  }

  /** The wire's key. @throws {CacheKeyError} */
  full(key: string): string {
    assertKey(key);
    return this.prefix === '' ? key : this.prefix + key;
  }

  /** Full keys of an iterable of keys, each once, in the order asked for. */
  fulls(keys: Iterable<string>): string[] {
    return this.distinct(keys).map((key) => this.full(key));
  }

  /** The caller's keys, each once, in the order asked for. */
  distinct(keys: Iterable<string>): string[] {
    assertIterable('keys', keys);
    return [...new Set(keys)];
  }

  /** Whether to ask the backend at all. @throws {CacheError} when the cache is closed */
  serves(): boolean {
    return this.lifecycle.serving || this.#refuses();
  }

  #refuses(): false {
    this.lifecycle.assertOpen();
    return false;
  }

  /** The milliseconds an entry is written with: jittered, the cache's own when none are given. */
  ttlOf(ttl: Ttl | undefined): number | null {
    return this.jittered(ttl === undefined ? this.ttl : parseTtl(ttl));
  }

  jittered(ms: number | null): number | null {
    const { jitter } = this.family;
    return ms === null || jitter === 0 ? ms : Math.max(1, Math.round(ms * (1 - jitter * Math.random())));
  }

  /** How long an entry that stays fresh for `ttl` is kept after that. */
  staleForOf(options: StaleWindows | undefined, ttl: number | null): number {
    const own = options?.staleWhileRevalidate !== undefined || options?.staleIfError !== undefined;
    const window = own ? longestWindow(options, this.defaults) : this.#staleFor;
    return ttl === null ? 0 : window; // last: a bad window is a mistake also where none is kept
  }

  /** Tags as the backend knows them: under the prefix of the family, so that caches on one backend do not share them. */
  tagsOf(tags: readonly string[] | undefined): readonly string[] | undefined {
    if (tags === undefined) return undefined;
    const checked = checkedTags(tags);
    if (checked.length === 0) return undefined;
    this.assertTagging();
    const { prefix } = this.family;
    return checked.map((tag) => prefix + tag);
  }

  assertTagging(): void {
    if (isTagging(this.backend)) return;
    throw new CacheCapabilityError(`tags: expected a backend that keeps tags, got ${this.backend.name}`);
  }

  /** Counts what a lookup found, and tells of it if anyone listens; `late`: it was not there at once. */
  found(key: string, found: CacheResult<T>, late: boolean = false): CacheResult<T> {
    // Of a hit nothing else is looked at here: this is the hottest path of all.
    if (found?.hit === true) this.counts.hits++;
    else {
      assertMiss(found, this.backend);
      this.counts.misses++;
    }
    if (this.family.attentive) {
      this.family.outage.end();
      this.noticed(key, found.hit, late);
    }
    return found;
  }

  /** Counts a lookup that failed, where the caller is answered all the same. */
  unseen(key: string): void {
    this.counts.misses++;
    if (this.family.attentive) this.noticed(key, false, true);
  }

  /** Tells of what a lookup found. */
  noticed(key: string, hit: boolean, late: boolean): void {
    const near = hit && !late && isTiered(this.backend) ? { tier: 'near' } : undefined;
    this.tell(hit ? 'hit' : 'miss', { key, ...near });
  }

  /** Counts entries that were stored, and tells of them. */
  wrote(keys: readonly string[], ttl: number | null): void {
    this.counts.writes += keys.length;
    this.tell('set', { keys, ttl });
  }

  stats(): CacheStats {
    return statsOf(this.counts, isReporting(this.backend) ? this.backend.stats() : undefined);
  }

  health(): Awaitable<Health> {
    const { backend, lifecycle } = this;
    const down = (error: unknown): Health => ({
      status: 'down',
      details: { backend: backend.name, error: asCacheError(error, 'health', backend.name, this.prefix, []).message },
    });
    return orElse((): Awaitable<Health> => {
      lifecycle.assertOpen();
      return isChecking(backend) ? backend.health() : { status: 'up', details: { backend: backend.name } };
    }, down);
  }

  /** A value was deleted because it has an old shape. */
  outdated(error: CacheValidationError): void {
    const { prefix } = this;
    // What refuses a value names its key.
    const own = asCacheError(error, 'get', this.backend.name, prefix, [this.own(error.key as string)]);
    this.tell('error', { operation: 'get', error: own, swallowed: true });
  }

  on<E extends CacheEventName>(event: E, listener: (payload: CacheEvents[E]) => void): () => void {
    const { listeners } = this.family;
    const off = listeners.on(this.prefix, event, listener);
    if (event === 'evict' || event === 'expire') this.family.watchRemovals();
    return off;
  }

  start(): Awaitable<void> {
    this.lifecycle.assertOpen();
    return this.run(
      'start',
      [],
      () => this.backend.start(),
      () => {},
      undefined,
    );
  }

  /** A namespace ends alone; the cache it belongs to ends its backend. */
  close(): Awaitable<void> {
    const { lifecycle } = this;
    if (!lifecycle.closed) {
      lifecycle.end();
      if (lifecycle.parent === undefined) {
        this.family.end();
        // Loads that run store nothing any more, but their callers wait for them and so does the backend, for a while.
        lifecycle.closing = andThen(this.family.table.settled(closeTimeout), () => this.backend.close());
      }
    }
    return lifecycle.closing;
  }

  /** The caller's key of a full key. */
  own(full: string): string {
    return full.slice(this.prefix.length);
  }

  get origin(): CacheEventOrigin {
    return { cache: this.name, tier: isTiered(this.backend) ? 'far' : this.backend.name };
  }

  /** Tells of an event, if anyone listens. */
  tell<E extends CacheEventName>(event: E, fields: Omit<CacheEvents[E], keyof CacheEventOrigin>): void {
    const { listeners } = this.family;
    if (!listeners.wants(event)) return;
    // What was left out above is what is put in here.
    listeners.emit(this.prefix, event, { ...this.origin, ...fields } as CacheEvents[E]);
  }

  /** Asks the backend, and answers `done(answer)`, or what {@link Engine.failed} makes of a failure. */
  run<R, X>(
    operation: string,
    keys: readonly string[],
    call: () => Awaitable<R>,
    done: (answer: R, late: boolean) => X,
    bypassed: X,
  ): Awaitable<X> {
    if (isTraced()) return this.traced(operation, keys, () => this.#run(operation, keys, call, done, bypassed));
    return this.#run(operation, keys, call, done, bypassed);
  }

  /** Runs `call` for who traces operations. `keys` are `undefined` where they are not known yet. */
  traced<X>(operation: string, keys: readonly string[] | undefined, call: () => Awaitable<X>): Awaitable<X> {
    const key = keys?.length === 1 ? keys[0] : undefined;
    return traced({ operation, ...this.origin, key, size: keys?.length }, call);
  }

  #run<R, X>(
    operation: string,
    keys: readonly string[],
    call: () => Awaitable<R>,
    done: (answer: R, late: boolean) => X,
    bypassed: X,
  ): Awaitable<X> {
    let answer: Awaitable<R>;
    try {
      answer = call();
    } catch (error) {
      return this.failed(error, operation, keys, bypassed);
    }
    if (isPending(answer))
      return answer.then(
        (late) => this.#succeeded(done(late, true)),
        (error) => this.failed(error, operation, keys, bypassed),
      );
    return this.#succeeded(done(answer, false));
  }

  #succeeded<X>(answer: X): X {
    this.family.outage.end();
    return answer;
  }

  /** A failure that the caller does not see, because something better was to be had than an error. */
  swallowed(cause: unknown, operation: string, keys: readonly string[]): void {
    this.#failure(cause, operation, keys, () => true);
  }

  /** What a failure becomes: thrown as a `CacheError` that names the caller's keys, or `bypassed` where that was chosen. */
  failed<X>(cause: unknown, operation: string, keys: readonly string[], bypassed: X): X {
    const bypasses = this.family.onError === 'bypass' && operation !== 'start';
    this.#failure(cause, operation, keys, (error) => bypasses && isBypassable(error));
    return bypassed;
  }

  #failure(cause: unknown, operation: string, keys: readonly string[], swallows: (error: CacheError) => boolean): void {
    const error = asCacheError(cause, operation, this.backend.name, this.prefix, keys);
    const swallowed = swallows(error);
    this.tell('error', { operation, error, swallowed });
    if (!swallowed) throw error;
    this.family.outage.begin(this.name, error);
  }
}
