import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** The folder of the running program, for each test an empty one of its own, with packages that no registry has. */
export interface ProgramFolder {
  readonly path: string;
  install(name: string, source: string): Promise<void>;
}

export function programFolder(): ProgramFolder {
  const program = process.argv[1] as string;
  let path = '';
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'cache-program-'));
    process.argv[1] = join(path, 'main.js');
  });
  afterEach(async () => {
    process.argv[1] = program;
    await rm(path, { recursive: true });
  });
  return {
    get path() {
      return path;
    },
    async install(name, source) {
      const place = join(path, 'node_modules', name);
      await mkdir(place, { recursive: true });
      await writeFile(join(place, 'package.json'), JSON.stringify({ name, type: 'module', exports: './index.js' }));
      await writeFile(join(place, 'index.js'), source);
    },
  };
}
