import { join } from 'node:path';
import { lab, prepare, root, runProgram } from './workspace.mjs';

/** `npm test [-- words for vitest]`: every test, against a real Redis; without one it says so before anything runs. */
export default async function test(args) {
  await prepare();
  const { checkGivenRedis, findRedis } = await lab();
  if (process.env.REDIS_URL) await checkGivenRedis(process.env.REDIS_URL);
  else await findRedis();
  return runProgram(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', root, ...args]);
}
