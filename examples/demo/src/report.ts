import type { CacheStats } from '@cache/core';
import type { ChangeReport } from './demonstrate/change-on-disk.ts';
import type { StoredEntry } from './demonstrate/stored-entry.ts';
import type { Findings } from './show/findings.ts';

/** All that a run has to say: the JSON document, and what the text is made of. */
export interface Report {
  readonly root: string;
  /** The scheme of `CACHE_URL`. */
  readonly backend: string;
  /** Reading every `package.json` of the tree: in no pass. */
  readonly listing: { readonly packages: number; readonly ms: number };
  /** Packages whose manifest is not the one of the run before. */
  readonly changedSince: readonly string[];
  readonly passes: {
    /** The first calls, when every one of them computed. */
    readonly cold: PassReport | null;
    /** The calls that found what was cached: all the same ones again, or the first ones on a cache that was warm. */
    readonly warm: PassReport;
    /** How much faster the warm pass was, after a cold one. */
    readonly ratio: number | null;
    readonly equalDigests: boolean | null;
  };
  readonly findings: Findings;
  readonly change: ChangeReport | null;
  readonly entry: StoredEntry | null;
  readonly stats: CacheStats;
  /** What could not be read. */
  readonly problems: readonly string[];
}

export interface PassReport {
  readonly calls: number;
  readonly computed: number;
  readonly ms: number;
  /** About how long the computing took that was not done again. */
  readonly savedMs: number;
  readonly digest: string;
}
