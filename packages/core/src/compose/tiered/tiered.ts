import { aBackend, assertTwo, demand } from '../../cache/option-checks.ts';
import type { Backend, SyncBackend } from '../../contract/backend.ts';
import { type CapableBackend, isObserving } from '../../contract/capabilities.ts';
import { CacheCapabilityError, CacheConfigError } from '../../contract/errors.ts';
import type { Wire } from '../../contract/serializer.ts';
import { isolated } from '../isolated.ts';
import { places } from '../serialized.ts';
import { NearTier } from './near-tier.ts';
import { type TieredOptions, tieredSettings } from './options.ts';
import { view } from './view.ts';

/** Two tiers as one backend. */
export type TieredBackend<V> = CapableBackend<V> & { describe(): TieredDescription };

/** How two tiers stand, for people and for gauges. Counts are since construction. */
export interface TieredDescription {
  readonly near: string;
  readonly far: string;
  /** Whether far tells of changes now; `'none'`: it never does, and `nearTtl` is the bound. */
  readonly signal: 'restored' | 'lost' | 'none';
  /** Milliseconds. */
  readonly nearTtl: number | null;
  readonly maxStaleness: number | null;
  /** Reads of far that near took. */
  readonly fills: number;
  /** Reads of far that a change overtook, and that were read again. */
  readonly overtaken: number;
  /** Keys and tags that far told of. */
  readonly invalidations: number;
  /** Times that all near held was given up because changes may have gone unseen. */
  readonly emptied: number;
}

/**
 * Reads at the speed of `near`, which is in this process, and one truth in `far`, which others share.
 *
 * Near is filled by reads of far and never holds an entry longer than far does. Far tells of every change, whoever makes
 * it; while it cannot, reads go far, and where far fails, near answers within `staleIfError`. See docs/tiered.md for what
 * is guaranteed.
 *
 * A serializer above both belongs to `far`: near holds values.
 * @param near a backend of values that answers at once: `memoryBackend({ max: 10_000 })`
 * @param far the shared one: `redisBackend({ url, observe: ['cache:'] })`, with the prefix of the cache above
 * @throws {CacheCapabilityError} when `far` tells of no changes and there is no `nearTtl`
 * @throws {CacheConfigError} on an option that is wrong or does not exist
 */
export function tiered<V>(near: SyncBackend<NoInfer<V>>, far: Backend<V>, options?: TieredOptions): TieredBackend<V>;
export function tiered<V>(near: SyncBackend<V>, far: Backend<Wire>, options?: TieredOptions): TieredBackend<Wire>;
export function tiered<V>(near: SyncBackend<V>, far: Backend<V>, options: TieredOptions = {}): TieredBackend<V> {
  demand('near', aBackend, near);
  demand('far', aBackend, far);
  assertTwo('tiered', near, far);
  const settings = tieredSettings(options);
  if (near.stores !== 'values')
    throw new CacheConfigError(`near: expected a backend of values, such as memoryBackend(), got ${near.name}`);
  const observing = isObserving(far);
  if (!observing && settings.nearTtl === null)
    throw new CacheCapabilityError(
      `tiered: expected a far backend that tells of changes, or nearTtl, got ${far.name} without either; for Redis, give observe the prefix of the cache`,
    );
  // what is isolated answers at once where what is below does
  const held = settings.clone ? (isolated(near, 'clone') as Backend<V> as SyncBackend<V>) : near;
  const tier = new NearTier<V>(held, settings);
  if (observing) tier.listen(far);
  else tier.trust.restore();

  const describe = (): TieredDescription => ({
    near: near.name,
    far: far.name,
    signal: !observing ? 'none' : tier.trust.live ? 'restored' : 'lost',
    nearTtl: settings.nearTtl,
    maxStaleness: observing ? settings.maxStaleness : null,
    fills: tier.fills,
    overtaken: tier.overtaken,
    invalidations: tier.heard,
    emptied: tier.emptied,
  });
  const over = (shaped: Backend<V>): TieredBackend<V> => {
    const composed = Object.assign(view(tier, shaped), { describe });
    places.set(composed, (serialize: (backend: Backend<V>) => Backend<V>) => over(serialize(shaped)));
    return composed;
  };
  return over(far);
}
