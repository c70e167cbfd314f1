import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Cache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import { expect, test } from 'vitest';
import { inspectTree } from '../src/inspect-tree.ts';
import type { Report } from '../src/report.ts';
import type { Progress } from '../src/show/progress.ts';
import { project, small, write } from './fixture.ts';

const quiet: Progress = { step() {}, end() {} };

const fresh = (): Cache => new Cache<unknown>({ backend: memoryBackend() });

function inspect(root: string, cache: Cache): Promise<Report> {
  const { signal } = new AbortController();
  return inspectTree(root, cache, { config: { url: 'memory://' }, signal, progress: () => quiet });
}

async function keysOf(cache: Cache): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of cache.keys()) keys.push(key);
  return keys.sort();
}

test('a cold pass computes everything, the warm one nothing, with equal digests', async () => {
  const { passes, findings, stats } = await inspect(await project(small), fresh());
  expect(passes.cold).toMatchObject({ calls: 18, computed: 18 });
  expect(passes.warm).toMatchObject({ calls: 18, computed: 0 });
  expect(passes.equalDigests).toBe(true);
  expect(passes.ratio).toBeGreaterThan(1);
  expect(findings).toMatchObject({
    packages: 6,
    files: 12,
    duplicates: [{ name: 'leaf', versions: ['1.0.0', '2.0.0'] }],
    licences: [
      { licence: 'MIT', packages: 2 },
      { licence: 'unknown', packages: 2 },
      { licence: 'BSD-3-Clause', packages: 1 },
      { licence: 'ISC OR MIT', packages: 1 },
    ],
  });
  const app = findings.largest.find(({ package: name }) => name === 'app@1.0.0');
  const other = findings.largest.find(({ package: name }) => name === 'other@3.0.0');
  expect(app?.closure).toEqual({ packages: 4, bytes: findings.bytes - (other?.bytes ?? 0) });
  expect(stats.loads).toBe(18);
});

test('the change shown in a copy: one load for all callers, stale until evicted, then exactly it and its dependents', async () => {
  const cache = fresh();
  const { change } = await inspect(await project(small), cache);
  expect(change).toEqual({
    package: 'leaf@1.0.0',
    dependents: ['app@1.0.0', 'lib@2.0.0'],
    callers: 1_000,
    loads: 1,
    staleBefore: true,
    freshAfter: true,
    recomputed: ['app@1.0.0', 'leaf@1.0.0', 'lib@2.0.0'],
    kept: ['other@3.0.0'],
  });
  expect((await keysOf(cache)).filter((key) => key.includes('scratch'))).toEqual([]);
});

test('a second run computes nothing and leaves the cache whole', async () => {
  const root = await project(small);
  const cache = fresh();
  const first = await inspect(root, cache);
  const keys = await keysOf(cache);
  const second = await inspect(root, cache);
  expect(second.passes).toMatchObject({ cold: null, warm: { computed: 0 }, ratio: null });
  expect(second.passes.warm.digest).toBe(first.passes.warm.digest);
  expect(second.changedSince).toEqual([]);
  expect(await keysOf(cache)).toEqual(keys);
});

test('a package whose manifest changed since is computed again, with its dependents', async () => {
  const root = await project(small);
  const cache = fresh();
  const first = await inspect(root, cache);
  const manifest = { name: 'lib', version: '2.0.1', license: 'ISC', dependencies: { leaf: '*' } };
  await write(root, 'node_modules/lib/package.json', JSON.stringify(manifest));
  const second = await inspect(root, cache);
  expect(second.changedSince).toEqual(['lib@2.0.1']);
  // its three answers and the closure of app
  expect(second.passes.warm).toMatchObject({ computed: 4 });
  expect(second.passes.warm.digest).not.toBe(first.passes.warm.digest);
  const anew = await inspect(root, fresh());
  expect(second.passes.warm.digest).toBe(anew.passes.warm.digest);
});

test('a package that goes makes what needs it be computed again', async () => {
  const root = await project(small);
  const cache = fresh();
  await inspect(root, cache);
  await rm(join(root, 'node_modules/@s/tool/node_modules'), { recursive: true });
  const second = await inspect(root, cache);
  const anew = await inspect(root, fresh());
  expect(second.passes.warm.digest).toBe(anew.passes.warm.digest);
});

test('an interruption ends the pass, and what is cached by then is whole', async () => {
  const root = await project(small);
  const cache = fresh();
  const controller = new AbortController();
  const stop = new Error('stop');
  const progress = (): Progress => ({ step: () => controller.abort(stop), end() {} });
  await expect(
    inspectTree(root, cache, { config: { url: 'memory://' }, signal: controller.signal, progress }),
  ).rejects.toBe(stop);
  const second = await inspect(root, cache);
  const anew = await inspect(root, fresh());
  expect(second.passes.warm.digest).toBe(anew.passes.warm.digest);
});
