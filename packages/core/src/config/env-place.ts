import { cacheParameters } from './cache-parameters.ts';
import { fallbackParameters } from './fallback-parameters.ts';
import { nearParameters } from './near-parameters.ts';
import { plain } from './nearest.ts';
import type { Parameter, Parameters } from './scheme.ts';

/** Where in a config object a variable belongs. */
export interface Place {
  /** `ttl`, `redis.host`, `timeout.soft`, `near.memory.max` */
  readonly path: string;
  /** Whether the variable names a file that holds the value. */
  readonly file: boolean;
  /** How the value is read now; without it, it is read as text and checked with the backend's other settings. */
  readonly parameter?: Parameter | undefined;
}

/** The sections of backends, whose settings only their packages know. */
export const backendSections: readonly string[] = ['memory', 'redis'];

/** The sections of backends beside the cache's own, with what each may say besides. */
export const tierSections: Readonly<Record<string, Parameters>> = {
  near: nearParameters,
  fallback: fallbackParameters,
};

/** The names that need no section, by their plain form. */
export const topNames: ReadonlyMap<string, string> = namesOf(cacheParameters);

function namesOf(parameters: Parameters): Map<string, string> {
  return new Map(['url', ...Object.keys(parameters)].map((name) => [plain(name), name]));
}

const duration = { type: 'duration', description: '' } as const;

// spakky's names for what has another name here
const seedNames: ReadonlyMap<string, string> = new Map([
  ['url', 'url'],
  ['usessl', 'redis.tls'],
  ['keyprefix', 'prefix'],
  ['sockettimeout', 'redis.timeout'],
]);
const seedFields: readonly string[] = ['host', 'port', 'db', 'username', 'password'];

/** The place of a variable by its words (`REDIS`, `PASSWORD_FILE`); `undefined` when no place has that name. */
export function placeOf(words: readonly string[]): Place | undefined {
  const last = words.at(-1) as string; // a name has at least one word
  const whole = exactPlace(words);
  if (whole !== undefined && !/_FILE$/i.test(last)) return whole;
  const inner = /_FILE$/i.test(last) ? exactPlace([...words.slice(0, -1), last.slice(0, -'_FILE'.length)]) : undefined;
  return inner && { ...inner, file: true };
}

function exactPlace(words: readonly string[]): Place | undefined {
  const [first = '', ...inner] = words;
  const section = plain(first);
  if (Object.hasOwn(tierSections, section)) return tierPlace(section, inner);
  const [second, ...more] = inner;
  if (more.length > 0 || second === '') return undefined;
  if (second === undefined) {
    const name = topNames.get(section);
    return name === undefined ? undefined : { path: name, file: false, parameter: cacheParameters[name] };
  }
  if (section === 'timeout')
    return /^(soft|hard)$/i.test(second)
      ? { path: `timeout.${second.toLowerCase()}`, file: false, parameter: duration }
      : undefined;
  if (!backendSections.includes(section)) return undefined;
  const path = (section === 'redis' && seedNames.get(plain(second))) || `${section}.${camelCase(second)}`;
  return { path, file: false, parameter: cacheParameters[path] };
}

/** `NEAR` is its URL; `NEAR__MAX_STALENESS`, `NEAR__MEMORY__MAX`. */
function tierPlace(tier: string, inner: readonly string[]): Place | undefined {
  const [first = 'url', second, ...more] = inner;
  const section = plain(first);
  if (more.length > 0 || second === '') return undefined;
  if (second !== undefined)
    return backendSections.includes(section)
      ? { path: `${tier}.${section}.${camelCase(second)}`, file: false }
      : undefined;
  const parameters = tierSections[tier] as Parameters; // it is one of them
  const name = namesOf(parameters).get(section);
  return name === undefined ? undefined : { path: `${tier}.${name}`, file: false, parameter: parameters[name] };
}

/** As {@link placeOf} for spakky's own variables: only those it had, so that its other names stay its own. */
export function seedPlaceOf(word: string): Place | undefined {
  const known = seedNames.has(plain(word)) || seedFields.includes(plain(word));
  return known ? placeOf(['redis', word]) : undefined;
}

/** All names of {@link seedPlaceOf}. */
export const seedVariables: readonly string[] = ['URL', 'USE_SSL', 'KEY_PREFIX', 'SOCKET_TIMEOUT'].concat(
  seedFields.map((name) => name.toUpperCase()),
);

function camelCase(words: string): string {
  return words.toLowerCase().replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
