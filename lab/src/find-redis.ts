import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unpackDebian, unpacked } from './debian-packages.ts';

const run = promisify(execFile);

export interface RedisBinary {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  /** As in `Redis 7.0.15` or `Valkey 8.0.1`. */
  readonly version: string;
}

/** There is no server to be had; the message says what was looked for and what to install. */
export class NoRedisError extends Error {
  override readonly name = 'NoRedisError';
}

/** `lab/src` and `lab/dist` are equally deep. */
const UNPACKED = fileURLToPath(new URL('../../.cache/redis', import.meta.url));

/**
 * A real server's program: `REDIS_SERVER_BIN`, else `redis-server` or `valkey-server` on PATH, else Debian's package unpacked under `.cache/`
 * (fetched the first time). Throws `NoRedisError`.
 */
export async function findRedis(env: NodeJS.ProcessEnv = process.env, folder: string = UNPACKED): Promise<RedisBinary> {
  const named = env.REDIS_SERVER_BIN;
  if (named) {
    const version = await versionOf(named, {});
    if (version !== undefined) return { path: named, env: {}, version };
    throw new NoRedisError(
      `REDIS_SERVER_BIN: expected a redis-server or valkey-server program, got ${JSON.stringify(named)}, which does not run.`,
    );
  }
  for (const name of ['redis-server', 'valkey-server']) {
    const path = await onPath(name, env);
    const version = path === undefined ? undefined : await versionOf(path, {});
    if (path !== undefined && version !== undefined) return { path, env: {}, version };
  }
  const before = await runnable(folder);
  if (before !== undefined) return before;
  const refused = await unpackDebian(['redis-server', 'redis-tools'], folder, env).then(() => '', reasonOf);
  const after = await runnable(folder);
  if (after !== undefined) return after;
  throw new NoRedisError(
    'Expected a real Redis, got none: no REDIS_URL, no REDIS_SERVER_BIN, no redis-server or valkey-server on PATH, ' +
      `and Debian's package could not be fetched${refused && ` (${refused})`}. ` +
      'Install Redis 6.2 or newer, or Valkey (for example: apt-get install redis-server, brew install redis), ' +
      'or set REDIS_URL to a server, for example redis://127.0.0.1:6379.',
  );
}

async function runnable(folder: string): Promise<RedisBinary | undefined> {
  const found = await unpacked(folder, 'usr/bin/redis-server');
  const version = found === undefined ? undefined : await versionOf(found.path, found.env);
  return found === undefined || version === undefined ? undefined : { ...found, version };
}

async function onPath(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const directory of (env.PATH ?? '').split(delimiter)) {
    if (directory === '') continue;
    const path = join(directory, name);
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return undefined;
}

async function versionOf(path: string, env: Readonly<Record<string, string>>): Promise<string | undefined> {
  try {
    const { stdout } = await run(path, ['--version'], { env: { ...process.env, ...env }, timeout: 5000 });
    const [, name, version] = /^(Redis|Valkey) server v=(\S+)/i.exec(stdout) ?? [];
    return version === undefined ? undefined : `${name} ${version}`;
  } catch {
    return undefined; // not a program of ours: the caller says what it looked for
  }
}

function reasonOf(error: NodeJS.ErrnoException & { readonly stderr?: string }): string {
  if (error.code === 'ENOENT') return 'this system has no apt-get or dpkg-deb';
  return (error.stderr || error.message).trim().split('\n')[0] ?? '';
}
