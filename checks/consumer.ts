import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from './workspace.ts';

/** An empty project somewhere else with these installed by npm (tarballs, or `name@version`), as an application would. */
export async function installConsumer(dependencies: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cache-consumer-'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  const words = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...dependencies];
  const { code, output } = await run('npm', words, { cwd: folder });
  if (code !== 0) throw new Error(`npm ${words.join(' ')}: expected exit 0, got ${code}\n${output}`);
  return folder;
}

/** `name@version`, of the versions this workspace has. */
export function asInstalledHere(...names: readonly string[]): readonly string[] {
  return names.map((name) => {
    const places = ['packages/redis', 'packages/serializers', 'packages/core', 'benchmarks'].map((one) =>
      join(root, one),
    );
    const folder = [root, ...places].find((one) => existsSync(join(one, 'node_modules', name)));
    const { version } = JSON.parse(readFileSync(join(folder ?? root, 'node_modules', name, 'package.json'), 'utf8'));
    return `${name}@${version}`;
  });
}
