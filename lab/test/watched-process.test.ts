import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const built = fileURLToPath(new URL('../dist/index.js', import.meta.url));

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !holds(); ) {
    if (Date.now() > end) throw new Error('waited 10 s in vain');
    await new Promise((resolve) => setTimeout(resolve, 20)); // another process' end cannot be awaited
  }
}

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'a server ends with the process that started it, killed by %s',
  async (signal) => {
    const program = `import { startRedis } from ${JSON.stringify(built)};
    const server = await startRedis();
    console.log(JSON.stringify({ pid: server.process.pid, directory: server.directory }));
    setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const { pid, directory } = JSON.parse(line.toString()) as { pid: number; directory: string };
    expect(process.kill(pid, 0)).toBe(true);
    parent.kill(signal);
    await until(() => !existsSync(directory));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  },
);
