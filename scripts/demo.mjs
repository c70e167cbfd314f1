import { join } from 'node:path';
import { lab, prepare, root, runProgram } from './workspace.mjs';

const program = join(root, 'examples/demo/dist/main.js');

/**
 * `npm run demo [-- words for the program]`. The program knows only `CACHE_URL`; `--redis` is ours: a real Redis on a socket of its own,
 * the program twice in two processes, and the server is gone.
 */
export default async function demo(args) {
  await prepare();
  if (!args.includes('--redis')) return runProgram(process.execPath, [program, ...args]);

  const words = args.filter((word) => word !== '--redis');
  const { startRedis } = await lab();
  const server = await startRedis();
  try {
    for (const which of ['first', 'second']) {
      console.error(`\n${server.version()} at ${server.url}: the ${which} process\n`);
      const code = await runProgram(process.execPath, [program, ...words], { CACHE_URL: server.url });
      if (code !== 0) return code;
    }
    return 0;
  } finally {
    await server.stop();
  }
}
