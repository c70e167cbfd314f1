import { plainJson } from '../compose/plain-json.ts';
import { serialized } from '../compose/serialized.ts';
import type { Backend, SyncBackend } from '../contract/backend.ts';
import { isObserving } from '../contract/capabilities.ts';
import { CacheConfigError } from '../contract/errors.ts';
import type { Wire } from '../contract/serializer.ts';
import type { BackendOf, Composed } from './open.ts';
import type { Resolved } from './wanted.ts';

// A fallback keeps what the primary keeps: bytes, where that is a server, so that it refuses and copies as the server
// does and nothing is serialized twice. A near tier keeps values, so that a hit deserializes nothing.

/**
 * `tiered(near, failover(primary, fallback))`, of what was resolved. Nothing is started.
 * @param backendOf the backend of one part alone
 * @param prefix of the cache above
 * @throws {CacheConfigError} when they do not go together
 */
export async function composeTiers(
  resolved: Resolved,
  backendOf: BackendOf,
  prefix: string | undefined,
): Promise<Composed> {
  const { near, fallback, cache } = resolved;
  const { clock, logger } = cache;
  let composed: Composed = { backend: backendOf(resolved), cache, serializer: resolved.serializer };
  if (fallback !== undefined) {
    const { failover } = await import('../compose/failover/failover.ts');
    const bytes = composed.backend.stores === 'bytes' || composed.serializer !== undefined;
    const other = backendOf(fallback, { serialized: bytes });
    const apart = composed.backend.stores === 'values' && other.stores === 'bytes';
    const reserve = apart ? serialized(other as Backend<Wire>, composed.serializer ?? plainJson) : other;
    if (apart) composed = ofValues(composed);
    const primary = composed.backend;
    const options = given({ clock, logger, prefix, ...fallback.cache });
    composed = { ...composed, backend: named('fallback', () => failover(primary, reserve, options)) };
  }
  if (near === undefined) return composed;
  const { tiered } = await import('../compose/tiered/tiered.ts');
  const front = backendOf(near) as SyncBackend<unknown>;
  if (front.stores !== 'values')
    throw new CacheConfigError(
      `near: expected a backend of this process, such as memory://, got ${near.scheme.scheme}://`,
    );
  const far = ofValues(composed);
  if (!isObserving(far.backend) && near.cache.nearTtl === undefined)
    throw new CacheConfigError(
      `near: expected nearTtl, since ${resolved.scheme.scheme}:// does not tell of changes: it bounds how old what near serves may be`,
    );
  return { ...far, backend: named('near', () => tiered(front, far.backend, given({ clock, ...near.cache }))) };
}

/** The same with what makes bytes of values below, where what is above is to see values. */
function ofValues(composed: Composed): Composed {
  const { backend, serializer, cache } = composed;
  if (backend.stores === 'values' && serializer === undefined) return composed;
  const { maxValueBytes, ...rest } = cache;
  return {
    backend: serialized(backend as Backend<Wire>, serializer ?? plainJson, {
      maxValueBytes: maxValueBytes as number | undefined, // read as a number
    }),
    cache: rest,
    serializer: undefined,
  };
}

function named<T>(what: string, compose: () => T): T {
  try {
    return compose();
  } catch (cause) {
    throw new CacheConfigError(`${what}: ${(cause as Error).message}`, { cause }); // which core's own code threw
  }
}

function given(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
