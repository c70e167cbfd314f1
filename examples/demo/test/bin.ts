import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { run } from '../../../packages/core/src/bin/program.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const bin = fileURLToPath(new URL('../../../packages/core/dist/bin/main.js', import.meta.url));

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the program `cache` does, in this process: without the time a process takes, and where coverage can see it. */
export async function cache(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      written[name] += chunk;
      return true;
    }),
  );
  try {
    const status = await run(words, env);
    return { status, ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** The program itself, as started in this application. Of our own environment it sees nothing that it could read. */
export function cacheProcess(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = '',
): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [bin, ...words], { ...options(env), encoding: 'utf8', input });
}

/** As {@link cacheProcess}, where nobody reads what it writes. @returns its exit code */
export async function cacheUnread(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number | null> {
  const child = spawn(process.execPath, [bin, ...words], { ...options(env), stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.destroy();
  const [code] = (await once(child, 'close')) as [number | null];
  return code;
}

/**
 * As {@link cacheProcess}, on a terminal of its own (which `script` of util-linux makes), where `typed` is typed once it asks.
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
