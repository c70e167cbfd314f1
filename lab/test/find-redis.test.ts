import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedis, NoRedisError } from '@cache-internal/lab';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cache-find-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function program(name: string, prints: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\necho '${prints}'\n`);
  await chmod(path, 0o755);
  return path;
}

test('REDIS_SERVER_BIN comes before PATH', async () => {
  await program('redis-server', 'Redis server v=7.0.0 sha=0');
  const named = await program('mine', 'Redis server v=6.2.0 sha=0');
  expect(await findRedis({ REDIS_SERVER_BIN: named, PATH: folder })).toEqual({
    path: named,
    env: {},
    version: 'Redis 6.2.0',
  });
});

test('a Valkey on PATH serves as well', async () => {
  const path = await program('valkey-server', 'Valkey server v=8.0.1 sha=0');
  expect(await findRedis({ PATH: folder })).toEqual({ path, env: {}, version: 'Valkey 8.0.1' });
});

test('a REDIS_SERVER_BIN that is no server is named, and nothing else is tried', async () => {
  await program('redis-server', 'Redis server v=7.0.0 sha=0');
  const found = findRedis({ REDIS_SERVER_BIN: join(folder, 'absent'), PATH: folder });
  await expect(found).rejects.toThrow(NoRedisError);
  await expect(found).rejects.toThrow(/REDIS_SERVER_BIN: expected .* got ".*absent"/);
});

test('a machine without any is told what was looked for and what to install', async () => {
  const found = findRedis({ PATH: folder }, join(folder, 'unpacked'));
  await expect(found).rejects.toThrow(NoRedisError);
  await expect(found).rejects.toThrow(
    /no redis-server or valkey-server on PATH.* no apt-get .*Install Redis 6\.2 or newer/,
  );
});
