import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.shared.ts';

/** What must hold of the repository and of what it publishes. Minutes, not seconds: `npm run check`. */
export default defineConfig({
  test: {
    include: ['checks/**/*.test.ts'],
    globalSetup: './checks/tarballs.ts',
    reporters: reporters('verbose'),
    environment: 'node',
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
