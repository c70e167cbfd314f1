import type { Backend } from '../contract/backend.ts';
import { CacheConfigError } from '../contract/errors.ts';
import type { Serializer, Wire } from '../contract/serializer.ts';
import { cacheParameters } from './cache-parameters.ts';
import { findScheme } from './find-scheme.ts';
import { plain } from './nearest.ts';
import { type Beside, type Given, readSettings } from './parameters.ts';
import { collect, collectAsync, type Problems, refuse } from './problems.ts';
import type { BackendScheme, BackendSchemes, Parameters, SchemeContext, Settings } from './scheme.ts';
import { type CacheUrl, parseUrl } from './url.ts';
import { settingsFromUrl } from './url-settings.ts';

/** A cache as it was asked for. */
export interface Wanted {
  readonly url: WantedUrl | undefined;
  /** Settings of the backend beside the URL, or in its place. */
  readonly sections?: readonly Section[] | undefined;
  /** Names the URL that is missing. @default 'url' */
  readonly unset?: string | undefined;
  readonly backends?: readonly BackendSchemes[] | undefined;
  /** What is said of the cache beside the URL, and wins over it. */
  readonly over?: ReadonlyMap<string, Given> | undefined;
  /** What is already known to be wrong. */
  readonly problems?: Readonly<Problems> | undefined;
  /** Options of the cache that only code can give. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  /** Backends beside this one; they win over what its URL says of them. */
  readonly near?: Wanted | undefined;
  readonly fallback?: Wanted | undefined;
}

export interface WantedUrl {
  readonly text: string;
  /** Names it in messages: `url`, `CACHE_URL`. */
  readonly what: string;
  readonly from: Given['from'] | 'default';
}

/** Settings of the backends of one family, by parameter. */
export interface Section {
  readonly name: string;
  readonly given: ReadonlyMap<string, Given>;
}

/** What was asked for, all of it checked, and nothing created. */
export interface Resolved {
  readonly scheme: BackendScheme;
  /** Of the backend, the defaults filled in. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Of the cache above it, by the names of its options. */
  readonly cache: Readonly<Record<string, unknown>>;
  readonly serializer: Serializer<unknown, Wire> | undefined;
  /** Where each value was given that is no default. */
  readonly given: ReadonlyMap<string, Given>;
  /** The URL that named it; a section may have instead. */
  readonly url: WantedUrl | undefined;
  /** Backends that go together with this one. What is `cache` here are there the options of what puts them together. */
  readonly near?: Resolved | undefined;
  readonly fallback?: Resolved | undefined;
  /** Makes the backend alone, without I/O. */
  create(context?: Partial<SchemeContext>): Backend<unknown>;
}

const everyCache: Beside = { owner: 'every cache', parameters: cacheParameters };

/**
 * Reads what is wanted by the descriptor of its scheme, whose package is imported when it is one that core knows.
 * @throws {CacheConfigError} with everything that is wrong with it
 */
export async function resolve(wanted: Wanted): Promise<Resolved> {
  const { url } = wanted;
  const query = url && collect([], () => parseUrl(url.text))?.query;
  const tier = (name: 'near' | 'fallback'): Wanted | undefined => {
    const text = query?.get(name);
    const what = `${url?.what} parameter "${name}"`;
    return wanted[name] ?? (text === undefined ? undefined : { url: { text, what, from: 'URL' } });
  };
  const near = tier('near');
  const fallback = tier('fallback');
  if (near === undefined && fallback === undefined) return resolveBackend(wanted, everyCache);
  const { resolveTiers } = await import('./resolve-tiers.ts');
  return resolveTiers(() => resolveBackend(wanted, everyCache), { near, fallback }, wanted.backends);
}

/** As {@link resolve}, of the backend alone. */
export async function resolveBackend(wanted: Wanted, beside: Beside): Promise<Resolved> {
  const { url, sections = [], backends = [], over = new Map(), options = {} } = wanted;
  const problems: Problems = [...(wanted.problems ?? [])];
  const named = url?.what ?? wanted.unset ?? 'url';
  const parsed = collect(problems, () => url && parseUrl(url.text, url.what));
  if (parsed === undefined && (url !== undefined || sections.length === 0)) refuse(problems);
  const scheme = await collectAsync(problems, async () => {
    const { name, where } = schemeWanted(wanted, parsed);
    return findScheme(name, backends, where ?? named);
  });
  if (scheme === undefined) return refuse(problems) as never; // there is at least the one of findScheme
  const what = url?.what ?? scheme.section ?? scheme.scheme;
  const fromUrl = parsed && url ? settingsFromUrl(parsed, scheme, url.what, problems) : new Map<string, Given>();
  const given = new Map([...fromUrl, ...settingsFromSections(sections, scheme, what, problems), ...over]);
  const serializer =
    (options.serializer as Serializer<unknown, Wire> | undefined) ??
    (await collectAsync(problems, () => serializerOf(given.get('serializer'))));
  const settings = readSettings(scheme, given, named, problems, beside);
  refuse(problems);
  const own = pick(settings, scheme.parameters);
  const {
    serializer: _,
    near: _near,
    fallback: _fallback,
    ...cache
  } = pick(settings, beside.parameters, scheme.parameters);
  return {
    scheme,
    settings: own,
    cache: { ...cache, ...options },
    serializer,
    given,
    url,
    create({ serialized = serializer !== undefined, observe } = {}) {
      try {
        // read by these very parameters
        return scheme.create(own as Settings<Parameters>, { serialized, observe });
      } catch (cause) {
        throw cause instanceof Error ? new CacheConfigError(`${what}: ${cause.message}`, { cause }) : cause;
      }
    },
  };
}

/** The scheme to look for: that of the URL, else that of the only section. */
function schemeWanted(
  { sections = [], unset = 'url' }: Wanted,
  parsed: CacheUrl | undefined,
): { readonly name: string; readonly where?: string | undefined } {
  if (parsed !== undefined) return { name: parsed.scheme };
  const [first, second] = sections;
  if (first === undefined)
    throw new CacheConfigError(`${unset}: expected a URL such as memory:// or redis://localhost:6379, got none`);
  if (second !== undefined) {
    const names = `${first.name} and ${second.name}`;
    throw new CacheConfigError(`${unset}: expected a URL that says which backend is meant, got settings of ${names}`);
  }
  const said = first.given.get('scheme');
  return { name: String(said?.value ?? first.name).toLowerCase(), where: said?.where };
}

function* settingsFromSections(
  sections: readonly Section[],
  scheme: BackendScheme,
  what: string,
  problems: Problems,
): Iterable<readonly [string, Given]> {
  for (const { name, given } of sections) {
    if (name === (scheme.section ?? scheme.scheme)) {
      const names = new Map(Object.keys(scheme.parameters).map((parameter) => [plain(parameter), parameter]));
      for (const [key, setting] of given) if (key !== 'scheme') yield [names.get(plain(key)) ?? key, setting];
    } else {
      const wheres = Array.from(given.values(), ({ where }) => where).join(', ');
      problems.push(`${wheres}: expected no settings of ${name}, since ${what} names ${scheme.scheme}://`);
    }
  }
}

async function serializerOf(given: Given | undefined): Promise<Serializer<unknown, Wire> | undefined> {
  if (typeof given?.value !== 'string') return undefined;
  const { findSerializer } = await import('./find-serializer.ts');
  return findSerializer(given.value, given.where);
}

function pick(
  settings: Readonly<Record<string, unknown>>,
  parameters: Parameters,
  without: Parameters = {},
): Record<string, unknown> {
  const names = Object.keys(parameters).filter((name) => !Object.hasOwn(without, name));
  return Object.fromEntries(names.map((name) => [name, settings[name]]));
}
