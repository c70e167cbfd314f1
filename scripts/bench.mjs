import { join } from 'node:path';
import { prepare, root, runProgram } from './workspace.mjs';

/** `npm run bench -- <suite> [scenario …] [--quick] [--check]` */
export default async function bench(args) {
  await prepare();
  return runProgram(process.execPath, ['--expose-gc', join(root, 'benchmarks/dist/main.js'), ...args]);
}
