import { plainJson } from '../compose/plain-json.ts';
import { CacheConfigError } from '../contract/errors.ts';
import type { Serializer, Wire } from '../contract/serializer.ts';
import type { Asking } from './load-package.ts';

/**
 * The serializer that `name` means: `json` is core's own, everything else (`msgpack`, `json+zlib`, also as a URL with
 * parameters) comes from `@cache/serializers`, which is asked for.
 * @param where names the setting in messages
 * @throws {CacheConfigError}
 */
export function* findSerializer(name: string, where: string): Asking<Serializer<unknown, Wire>> {
  if (name === 'json' || name === 'json://') return plainJson;
  const need = `${where}: a serializer other than json`;
  const { serializerFromUrl } = (yield { from: { name: '@cache/serializers', peers: [] }, need }) as {
    serializerFromUrl(url: string): Serializer<unknown, Wire>;
  };
  try {
    return serializerFromUrl(name.includes('://') ? name : `${name}://`);
  } catch (cause) {
    // the other package may have a copy of core of its own, so by name and not by class
    if ((cause as Error).name !== 'CacheConfigError' && (cause as Error).name !== 'CacheCapabilityError') throw cause;
    throw new CacheConfigError(`${where}: ${(cause as Error).message}`, { cause });
  }
}
