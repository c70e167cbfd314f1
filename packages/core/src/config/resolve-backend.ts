import { CacheConfigError } from '../contract/errors.ts';
import type { Serializer, Wire } from '../contract/serializer.ts';
import { findScheme } from './find-scheme.ts';
import { findSerializer } from './find-serializer.ts';
import type { Asking } from './load-package.ts';
import { loadProblems } from './load-problems.ts';
import { plain } from './nearest.ts';
import { type Beside, type Given, readSettings } from './parameters.ts';
import { collect, collecting, type Problems, refuse, unjudged } from './problems.ts';
import type { BackendScheme, Parameters, Settings } from './scheme.ts';
import { type CacheUrl, parseUrl } from './url.ts';
import { settingsFromQuery, settingsFromUrl } from './url-settings.ts';
import type { Resolved, Section, Wanted } from './wanted.ts';

/**
 * The backend alone. Without a scheme that is known, whatever else can be judged is: what is wrong is told at once.
 * @throws {CacheConfigError} with everything that is wrong with it
 */
export function* resolveBackend(wanted: Wanted, beside: Beside): Asking<Resolved> {
  const {
    url,
    sections = [],
    backends = [],
    over = new Map(),
    options = {},
    places = new Map(),
    partial = false,
  } = wanted;
  const problems: Problems = [...(wanted.problems ?? [])];
  const named = url?.what ?? wanted.unset ?? 'url';
  const parsed = collect(problems, () => url && parseUrl(url.text, url.what));
  const said = collect(problems, () => schemeWanted(wanted, parsed));
  const scheme = said && (yield* collecting(problems, findScheme(said.name, backends, said.where ?? named)));
  const what = url?.what ?? scheme?.section ?? said?.name ?? named;
  const given = new Map<string, Given>();
  if (scheme !== undefined) {
    if (parsed && url)
      for (const [name, one] of settingsFromUrl(parsed, scheme, url.what, problems)) given.set(name, one);
    for (const [name, one] of settingsFromSections(sections, scheme, what, problems)) given.set(name, one);
  } else if (parsed && url) {
    for (const [name, one] of settingsFromQuery(parsed, url.what, beside.parameters)) given.set(name, one);
  }
  for (const [name, one] of over) given.set(name, one);
  const serializer =
    (options.serializer as Serializer<unknown, Wire> | undefined) ??
    (yield* collecting(problems, serializerOf(given.get('serializer'))));
  const settings = readSettings(scheme ?? unknownScheme, given, named, problems, {
    beside,
    partial,
    unsaid: url === undefined && said !== undefined && said.where === undefined ? named : undefined,
  });
  const ofCache = pick(settings, beside.parameters, scheme?.parameters);
  const { serializer: _, near: _near, fallback: _fallback, ...read } = ofCache;
  const cache: Record<string, unknown> = { ...read, ...options };
  problems.push(...loadProblems(cache, (name) => given.get(name) ?? places.get(name)));
  refuse(problems);
  if (scheme === undefined) throw unjudged(); // what is missing may come from elsewhere
  const own = pick(settings, scheme.parameters);
  return {
    scheme,
    settings: own,
    cache,
    serializer,
    given,
    places,
    url,
    create({ serialized = serializer !== undefined, observe, logger } = {}) {
      try {
        // read by these very parameters
        return scheme.create(own as Settings<Parameters>, { serialized, observe, logger });
      } catch (cause) {
        throw cause instanceof Error ? new CacheConfigError(`${what}: ${cause.message}`, { cause }) : cause;
      }
    },
  };
}

const unknownScheme = { scheme: '', parameters: {} };

/** The scheme to look for: that of the URL, else that of the only section. `undefined` when nothing is to be said of it. */
function schemeWanted(
  { url, sections = [], unset = 'url', partial = false }: Wanted,
  parsed: CacheUrl | undefined,
): { readonly name: string; readonly where?: string | undefined } | undefined {
  if (parsed !== undefined) return { name: parsed.scheme };
  if ((url !== undefined || partial) && sections.length !== 1) return undefined;
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

function* serializerOf(given: Given | undefined): Asking<Serializer<unknown, Wire> | undefined> {
  return typeof given?.value === 'string' ? yield* findSerializer(given.value, given.where) : undefined;
}

function pick(
  settings: Readonly<Record<string, unknown>>,
  parameters: Parameters,
  without: Parameters = {},
): Record<string, unknown> {
  const names = Object.keys(parameters).filter((name) => !Object.hasOwn(without, name));
  return Object.fromEntries(names.map((name) => [name, settings[name]]));
}
