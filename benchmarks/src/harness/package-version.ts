import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version of an installed package, as its own manifest says it (which `exports` may hide from `import`). */
export function versionOf(packageName: string): string {
  let entry: string;
  try {
    entry = fileURLToPath(import.meta.resolve(packageName));
  } catch {
    entry = createRequire(import.meta.url).resolve(packageName); // packages without an ESM entry
  }
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = manifestIn(folder);
    if (manifest?.name === packageName && manifest.version !== undefined) return manifest.version;
  }
  throw new Error(`${packageName}: expected a package.json above ${entry}, found none`);
}

function manifestIn(folder: string): { readonly name?: string; readonly version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch {
    return undefined; // none here: look one higher
  }
}
