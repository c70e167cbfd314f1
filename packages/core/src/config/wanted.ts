import type { Backend } from '../contract/backend.ts';
import type { Serializer, Wire } from '../contract/serializer.ts';
import type { Given } from './parameters.ts';
import type { Problems } from './problems.ts';
import type { BackendScheme, BackendSchemes, SchemeContext } from './scheme.ts';

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
  /** Whether what is missing may be given elsewhere, so that it is no problem. @default false */
  readonly partial?: boolean | undefined;
  /** Options of the cache that only code can give. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  /** Where they were given, and the parts of `timeout`. */
  readonly places?: ReadonlyMap<string, Given> | undefined;
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
  /** The same of what no URL can say: `timeout.soft`. */
  readonly places: ReadonlyMap<string, Given>;
  /** The URL that named it; a section may have instead. */
  readonly url: WantedUrl | undefined;
  /** Backends that go together with this one. What is `cache` here are there the options of what puts them together. */
  readonly near?: Resolved | undefined;
  readonly fallback?: Resolved | undefined;
  /** Makes the backend alone, without I/O. */
  create(context?: Partial<SchemeContext>): Backend<unknown>;
}
