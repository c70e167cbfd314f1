import type { ViteUserConfig } from 'vitest/config';

const conditions = ['@cache/source'];

/** Workspace packages resolve to their TypeScript source: nothing is built before a test. */
export const shared: ViteUserConfig = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
};

/** What the reader sees, and the sums that `.ci/run` adds up. */
export function reporters(seen: 'default' | 'verbose'): string[] {
  return process.env.CACHE_TALLY === undefined ? [seen] : [seen, './scripts/tally-reporter.mjs'];
}
