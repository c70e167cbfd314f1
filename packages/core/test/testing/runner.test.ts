import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shared } from '../../../../vitest.shared.ts';
import { describeBackend, describeSerializer, inMemoryServer, type MakeSubject } from '../../src/testing/index.ts';
import { collect } from './collect.ts';

const make: MakeSubject<unknown> = () => ({ backend: inMemoryServer().connect(), advance() {} });

describe('a runner', () => {
  it('is asked for when none is given and none is global', () => {
    expect(() => describeBackend('x', make)).toThrow(
      'describeBackend: expected a runner, got none. Pass { describe, it }',
    );
    expect(() => describeSerializer('x', () => ({}) as never, { values: [1, 2] })).toThrow(
      'describeSerializer: expected a runner',
    );
  });

  it('may be global', async () => {
    const report = await collect((runner) => {
      Object.assign(globalThis, runner);
      try {
        describeBackend('x', make, { leases: true, tags: true, observing: true });
      } finally {
        Reflect.deleteProperty(globalThis, 'describe');
        Reflect.deleteProperty(globalThis, 'it');
      }
    }, /basic/);
    expect(report.failed).toEqual([]);
    expect(report.passed.length).toBeGreaterThan(5);
  });

  it('is told by name what a backend lacks', async () => {
    const bare = {
      bulk: false,
      ttl: false,
      staleWindows: false,
      iteration: false,
      prefixes: false,
      shared: true,
    } as const;
    const { skipped } = await collect((runner) => describeBackend('x', make, bare, runner));
    const lacks = [
      'bulk',
      'ttl',
      'stale windows',
      'iteration',
      'prefixes',
      'leases',
      'tags',
      'observing',
      'failing',
      'a place of its own',
    ];
    expect(skipped.map((title) => title.replace(/.*› /, ''))).toEqual(
      lacks.map((one) => expect.stringMatching(`^lacks ${one}`)),
    );
  });

  it('need not know how to skip: what is lacking is then a test that names it', async () => {
    const { passed } = await collect(
      ({ describe, it }) => describeBackend('x', make, {}, { describe, it: (...test) => it(...test) }),
      /lacks/,
    );
    expect(passed.map((title) => title.replace(/.*› /, ''))).toContainEqual(expect.stringMatching(/^lacks leases/));
  });
});

describe('under node:test', () => {
  const dir = mkdtempSync(join(tmpdir(), 'cache-kit-'));
  const run = (env: Readonly<Record<string, string>>) => {
    const { NODE_OPTIONS: _, ...clean } = process.env;
    const args = ['--test', '--test-reporter=tap', join(dir, 'under-node-test.mjs')];
    return spawnSync(process.execPath, args, { env: { ...clean, ...env }, encoding: 'utf8' });
  };

  beforeAll(() =>
    build({
      ...shared,
      configFile: false,
      logLevel: 'error',
      build: {
        ssr: join(import.meta.dirname, 'under-node-test.ts'),
        outDir: dir,
        minify: false,
        rollupOptions: { output: { entryFileNames: '[name].mjs' } },
      },
    }),
  );
  afterAll(() => rmSync(dir, { recursive: true }));

  it('the kit passes, and names what is lacking', () => {
    const { status, stdout } = run({});
    expect(stdout).toMatch(/# pass \d{3}/);
    expect(stdout).toContain('# fail 0');
    expect(stdout).toMatch(/ok \d+ - lacks stale windows \(staleFor\) # SKIP/);
    expect(status).toBe(0);
  });

  it('the kit takes describe and it from the globals', () => {
    expect(run({ AS_GLOBALS: '1' }).status).toBe(0);
  });

  it('the kit fails where a backend does not keep the contract', () => {
    const { status, stdout } = run({ BROKEN: '1' });
    expect(stdout).toMatch(/not ok \d+ - gives back what was set/);
    expect(status).toBe(1);
  });
});
