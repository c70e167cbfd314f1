import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const bin = fileURLToPath(new URL('../../../packages/core/dist/bin/main.js', import.meta.url));

/** The program `cache`, as started in this application. Of our own environment it sees nothing that it could read. */
export function cache(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = '',
): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [bin, ...words], { ...options(env), encoding: 'utf8', input });
}

/**
 * As {@link cache}, on a terminal of its own (which `script` of util-linux makes), where `typed` is typed once it asks.
 * @returns its exit code and all that the terminal shows
 */
export async function cacheOnTerminal(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  typed: string,
): Promise<{ readonly code: number | null; readonly shown: string }> {
  const quoted = [process.execPath, bin, ...words].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', quoted, '/dev/null'], options(env));
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const asked = shown.includes('[y/N]');
    shown += chunk;
    if (!asked && shown.includes('[y/N]')) child.stdin.write(typed);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, shown };
}

function options(env: Readonly<Record<string, string>>) {
  const { PATH } = process.env;
  return { cwd: folder, env: { PATH, NO_COLOR: '1', ...env }, timeout: 20_000, killSignal: 'SIGKILL' } as const;
}
