import { defineConfig } from 'vitest/config';
import { shared } from './vitest.shared.ts';

const project = (name: string): object => ({
  ...shared,
  test: { name, root: `packages/${name}`, include: ['test/**/*.test.ts'], environment: 'node' },
});

export default defineConfig({
  ...shared,
  test: {
    projects: ['core', 'memory', 'redis', 'serializers', 'decorators'].map(project),
    coverage: { provider: 'v8', include: ['packages/*/src/**'] },
  },
});
