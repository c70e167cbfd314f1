import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

export type Exports = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Exports;
  readonly publishConfig?: {
    readonly access?: string;
    readonly provenance?: boolean;
    readonly exports?: Exports;
    readonly bin?: Readonly<Record<string, string>>;
  };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

export interface Package {
  readonly name: string;
  /** From the root, as in `packages/core`. */
  readonly path: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

function packagesIn(parent: string): readonly Package[] {
  return readdirSync(join(root, parent))
    .map((name) => `${parent}/${name}`)
    .filter((path) => existsSync(join(root, path, 'package.json')))
    .map((path) => {
      const folder = join(root, path);
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
      return { name: manifest.name, path, folder, manifest };
    });
}

/** What is published. */
export const packages: readonly Package[] = packagesIn('packages');
export const examples: readonly Package[] = existsSync(join(root, 'examples')) ? packagesIn('examples') : [];
export const rootManifest: Manifest & { readonly engines: { readonly node: string }; readonly packageManager: string } =
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

export function packageOf(name: string): Package {
  const found = packages.find((one) => one.name === name);
  if (found === undefined) throw new Error(`expected one of ${packages.map((one) => one.name)}, got ${name}`);
  return found;
}

/** Files below a folder with one of these endings, relative to it, sorted. */
export function filesBelow(folder: string, ...endings: readonly string[]): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => endings.some((ending) => file.endsWith(ending)) && !file.includes('node_modules'))
    .sort();
}

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in order of arrival: what a reader of a failure wants. */
  readonly output: string;
}

/** Runs a program to its end, without colours. */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string | undefined>> } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, NO_COLOR: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr, output] = ['', '', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      output += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr, output }));
  });
}

/** The same for the repository's own tools, and a failure throws with what they said. */
export async function runTool(name: string, args: readonly string[], cwd: string = root): Promise<string> {
  const { code, output } = await run(join(root, 'node_modules/.bin', name), args, { cwd });
  if (code !== 0) throw new Error(`${name} ${args.join(' ')}: expected exit 0, got ${code}\n${output}`);
  return output;
}

/** The pinned pnpm, by the same way as the commands get it. */
export function runPnpm(args: readonly string[], cwd: string = root): Promise<Finished> {
  return run('npx', ['--yes', '--prefer-offline', rootManifest.packageManager, ...args], { cwd });
}
