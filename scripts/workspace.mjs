import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Something a user can mend: printed without a stack. */
export class LaunchError extends Error {
  name = 'LaunchError';
}

const { packageManager } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** What an npx around us left behind; every npx below would die of it. */
function environment(extra) {
  const { npm_config_call: _call, npm_config_package: _package, ...env } = process.env;
  return { ...env, ...extra };
}

/**
 * Runs a program on our terminal and resolves to its exit code. Ctrl-C reaches the whole process group by itself, so it is not forwarded:
 * we only wait until the child has ended. SIGTERM comes to us alone and is passed on.
 */
export function runProgram(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', env: environment(env) });
    const wait = () => {};
    const forward = () => child.kill('SIGTERM');
    process.on('SIGINT', wait);
    process.on('SIGTERM', forward);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('SIGINT', wait);
      process.off('SIGTERM', forward);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

/** Gets the pinned pnpm, installs when the lockfile asks for it, builds what changed. Silent unless it takes long or fails. */
export async function prepare() {
  const pnpm = process.env.npm_config_user_agent?.startsWith('pnpm/')
    ? ['pnpm']
    : ['npx', '--yes', '--prefer-offline', packageManager];
  const [command, ...args] = [...pnpm, 'exec', 'turbo', 'run', 'build', '--output-logs=errors-only'];
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
    env: environment({
      TURBO_TELEMETRY_DISABLED: '1',
      TURBO_NO_UPDATE_NOTIFIER: '1',
      pnpm_config_verify_deps_before_run: 'install',
    }),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const patience = setTimeout(() => console.error('Installing and building what changed …'), 3000);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(status ?? signal));
  }).finally(() => clearTimeout(patience));
  if (code !== 0)
    throw new LaunchError(
      `${output}\nInstalling and building: expected it to succeed, got the failure above (${code}).`,
    );
}

/** The Redis launcher, as `prepare()` built it. */
export const lab = () => import('../lab/dist/index.js');
