import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const adders = { npm: 'npm install', pnpm: 'pnpm add', yarn: 'yarn add', bun: 'bun add' } as const;
type Manager = keyof typeof adders;

const lockfiles: readonly (readonly [string, Manager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
];

/** How to install `packages` with the package manager that runs the program, or that wrote the lockfile above `from`. */
export function installCommand(
  packages: readonly string[],
  from: string = process.cwd(),
  userAgent: string | undefined = process.env.npm_config_user_agent,
): string {
  return `${adders[managerOf(userAgent) ?? lockfileManager(from) ?? 'npm']} ${packages.join(' ')}`;
}

function managerOf(userAgent: string | undefined): Manager | undefined {
  const name = userAgent?.split('/', 1)[0];
  return name !== undefined && Object.hasOwn(adders, name) ? (name as Manager) : undefined;
}

function lockfileManager(from: string): Manager | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    for (const [file, manager] of lockfiles) if (existsSync(join(folder, file))) return manager;
    if (dirname(folder) === folder) return undefined;
  }
}
