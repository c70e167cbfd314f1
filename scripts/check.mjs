import { join } from 'node:path';
import { prepare, root, runProgram } from './workspace.mjs';

/** `npm run check [-- words for vitest]`: what must hold of the repository and its packages beyond the tests of their code. */
export default async function check(args) {
  await prepare();
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  return runProgram(process.execPath, [
    vitest,
    'run',
    '--config',
    join(root, 'vitest.checks.ts'),
    '--root',
    root,
    ...args,
  ]);
}
