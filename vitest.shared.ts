import type { ViteUserConfig } from 'vitest/config';

const conditions = ['@cache/source'];

/** Workspace packages resolve to their TypeScript source: nothing is built before a test. */
export const shared: ViteUserConfig = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
};
