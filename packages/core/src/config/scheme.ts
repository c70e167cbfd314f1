import type { Logger } from '../cache/failures.ts';
import type { Backend } from '../contract/backend.ts';

/**
 * What a backend package contributes to configuration: how a URL scheme, a section of a config object and environment
 * variables become one checked record of settings, and a backend from it. Plain data, so that a URL can be checked,
 * printed and documented without loading a validation library.
 *
 * ```ts
 * const memory = defineScheme({
 *   scheme: 'memory',
 *   description: 'the store of this process',
 *   parameters: { max: { type: 'integer', min: 1, default: 100_000, description: 'entries kept at most' } },
 *   create: ({ max }) => memoryBackend({ max }),
 * });
 * export const backends: BackendSchemes = { memory };
 * ```
 */
export interface BackendScheme<P extends Parameters = Parameters> extends SchemeForm<P> {
  /** Makes the backend, without I/O. @throws {CacheConfigError} on what only the settings together show to be wrong */
  create(settings: Settings<P>, context: SchemeContext): Backend<unknown>;
}

/** The part of a {@link BackendScheme} that says how it is written. */
export interface SchemeForm<P extends Parameters = Parameters> {
  /** What stands before `://`, in lower case. */
  readonly scheme: string;
  /** The key of a config object under which the settings of this scheme and its relatives stand. @default the scheme */
  readonly section?: string | undefined;
  /** Whether its backends hold connections, which caches with the same settings had better share. @default false */
  readonly connects?: boolean | undefined;
  /** One line for the reference page. */
  readonly description: string;
  /** Which parameters the URL carries outside its query. @default no hosts and no path */
  readonly url?: UrlForm | undefined;
  /** Every setting there is, by name; anything else is refused. */
  readonly parameters: P;
}

/** What a backend may want to know of what is composed above it. */
export interface SchemeContext {
  /** Whether a serializer was asked for, so that only bytes will be stored. */
  readonly serialized: boolean;
  /**
   * What keys begin with whose changes a near tier above has to be told of: a backend that can observe observes them.
   * @default none
   */
  readonly observe?: readonly string[] | undefined;
  /** Where the warnings of the cache go, for those of the backend. @default `process.emitWarning` */
  readonly logger?: Logger | undefined;
}

/** Schemes by name: what a backend package exports as `backends`. */
export type BackendSchemes = Readonly<Record<string, BackendScheme>>;

/**
 * Where settings stand in a URL apart from its query. User name and password go to the parameters `username` and
 * `password` where the scheme has them.
 */
export interface UrlForm {
  /** `'one'`: to the parameters `host` and `port`. `'many'`: to the parameter `hosts`. @default 'none' */
  readonly hosts?: 'none' | 'one' | 'many' | undefined;
  /** `'file'`: the whole path goes to the parameter `path`. A list: one parameter for each segment, in order. @default [] */
  readonly path?: 'file' | readonly string[] | undefined;
}

/** The parameters of a scheme by name. */
export type Parameters = Readonly<Record<string, Parameter>>;

/** One setting: how it is read from text, what it may be, and what the reference page says of it. */
export type Parameter =
  | TextParameter
  | IntegerParameter
  | NumberParameter
  | BooleanParameter
  | DurationParameter
  | ChoiceParameter
  | HostsParameter
  | ListParameter;

interface Described {
  /** One line for the reference page, without the default and the bounds. */
  readonly description: string;
  /** Never shown: not in a message, not in a description, not when it is wrong. @default false */
  readonly secret?: boolean | undefined;
  /** The scheme means nothing without it. @default false */
  readonly required?: boolean | undefined;
}

export interface TextParameter extends Described {
  readonly type: 'text';
  readonly default?: string | undefined;
}

export interface IntegerParameter extends Described {
  readonly type: 'integer';
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** `Infinity` is allowed as well. @default false */
  readonly orInfinity?: boolean | undefined;
  readonly default?: number | undefined;
}

/** A finite number, fractions allowed. */
export interface NumberParameter extends Described {
  readonly type: 'number';
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** `Infinity` is allowed as well. @default false */
  readonly orInfinity?: boolean | undefined;
  readonly default?: number | undefined;
}

export interface BooleanParameter extends Described {
  readonly type: 'boolean';
  readonly default?: boolean | undefined;
}

/** Milliseconds, or a number with a unit: `500ms`, `5s`. */
export interface DurationParameter extends Described {
  readonly type: 'duration';
  /** `never` is allowed as well, and is `null`. @default false */
  readonly orNever?: boolean | undefined;
  /** `0` is allowed as well. @default false */
  readonly orZero?: boolean | undefined;
  readonly default?: number | null | undefined;
}

export interface ChoiceParameter extends Described {
  readonly type: 'choice';
  readonly choices: readonly string[];
  readonly default?: string | undefined;
}

/** Servers: `a:6379,[::1]:6380`. */
export interface HostsParameter extends Described {
  readonly type: 'hosts';
  readonly default?: undefined;
}

/** Texts, separated by commas in a URL or a variable. */
export interface ListParameter extends Described {
  readonly type: 'list';
  readonly default?: undefined;
}

/** One server of several. */
export interface HostPort {
  readonly host: string;
  readonly port?: number | undefined;
}

type ValueOf<P extends Parameter> = P extends { type: 'text' }
  ? string
  : P extends { type: 'integer' | 'number' }
    ? number
    : P extends { type: 'boolean' }
      ? boolean
      : P extends { type: 'duration'; orNever: true }
        ? number | null
        : P extends { type: 'duration' }
          ? number
          : P extends { type: 'choice'; choices: readonly (infer C)[] }
            ? C
            : P extends { type: 'hosts' }
              ? readonly HostPort[]
              : readonly string[];

type Given<P extends Parameter> = P extends { required: true } | { default: string | number | boolean | null }
  ? never
  : undefined;

/** What `create` is given: each setting checked and of its type, the defaults filled in. */
export type Settings<P extends Parameters> = { readonly [Name in keyof P]: ValueOf<P[Name]> | Given<P[Name]> };

/** A scheme whose `create` sees the types of its own parameters. */
export function defineScheme<const P extends Parameters>(scheme: BackendScheme<P>): BackendScheme {
  // sound: `create` is only ever called with settings that were read by these very parameters
  return scheme as unknown as BackendScheme;
}
