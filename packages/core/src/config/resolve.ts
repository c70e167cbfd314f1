import type { Backend } from '../contract/backend.ts';
import { CacheConfigError } from '../contract/errors.ts';
import type { Serializer, Wire } from '../contract/serializer.ts';
import { cacheParameters } from './cache-parameters.ts';
import { findScheme } from './find-scheme.ts';
import { findSerializer } from './find-serializer.ts';
import { type Given, readSettings } from './parameters.ts';
import { collectAsync, type Problems, refuse } from './problems.ts';
import type { BackendSchemes, Parameters, Settings } from './scheme.ts';
import { parseUrl } from './url.ts';
import { settingsFromUrl } from './url-settings.ts';

/** A backend and the cache above it, as they were asked for. */
export interface Wanted {
  readonly url: string;
  /** Names the URL in messages: `url`, `CACHE_URL`. @default 'url' */
  readonly what?: string | undefined;
  readonly backends?: readonly BackendSchemes[] | undefined;
  /** What is said beside the URL, and wins over it. */
  readonly over?: ReadonlyMap<string, Given> | undefined;
}

/** What was asked for, all of it checked, and nothing created. */
export interface Resolved {
  /** What is said of the cache above the backend, by the names of its options. */
  readonly cache: Readonly<Record<string, unknown>>;
  readonly serializer: Serializer<unknown, Wire> | undefined;
  /** Makes the backend, without I/O. */
  create(): Backend<unknown>;
}

/**
 * Reads what is wanted by the descriptor of its scheme, whose package is imported when it is one that core knows.
 * @throws {CacheConfigError} with everything that is wrong with it
 */
export async function resolve({ url: text, what = 'url', backends = [], over = new Map() }: Wanted): Promise<Resolved> {
  const url = parseUrl(text, what);
  const scheme = await findScheme(url.scheme, backends, what);
  const problems: Problems = [];
  const given = new Map([...settingsFromUrl(url, scheme, what, problems), ...over]);
  const serializer = await collectAsync(problems, () => serializerOf(given.get('serializer')));
  if (typeof given.get('serializer')?.value !== 'string') given.delete('serializer');
  const settings = readSettings({ ...scheme.parameters, ...cacheParameters }, given, `${url.scheme}://`, problems);
  refuse(problems);
  const { serializer: _, ...cache } = pick(settings, cacheParameters);
  return {
    cache,
    serializer,
    create() {
      try {
        const own = pick(settings, scheme.parameters) as Settings<Parameters>; // read by these very parameters
        return scheme.create(own, { serialized: serializer !== undefined });
      } catch (cause) {
        throw cause instanceof Error ? new CacheConfigError(`${what}: ${cause.message}`, { cause }) : cause;
      }
    },
  };
}

async function serializerOf(given: Given | undefined): Promise<Serializer<unknown, Wire> | undefined> {
  if (given === undefined || typeof given.value === 'string')
    return given && findSerializer(given.value as string, given.where);
  return given.value as Serializer<unknown, Wire>; // an object in code, whose form was checked with the rest of it
}

function pick(settings: Readonly<Record<string, unknown>>, parameters: Parameters): Record<string, unknown> {
  return Object.fromEntries(Object.keys(parameters).map((name) => [name, settings[name]]));
}
