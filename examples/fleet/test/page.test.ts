import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openPage } from '@cache-internal/lab';
import { expect, inject, it } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));

// The quick run reads the page and its events without a browser (src/check.ts).
const long = process.env.CACHE_TEST_LONG === '1';
const why = long ? '' : ' (skipped: the browser is 300 MB; CACHE_TEST_LONG=1)';
it.runIf(long)(`a browser shows four processes and how often near answered${why}`, { timeout: 300_000 }, async () => {
  await promisify(execFile)('npm', ['run', '--silent', 'build'], { cwd: folder });
  const program = spawn(process.execPath, ['dist/main.js'], {
    cwd: folder,
    env: { ...process.env, CACHE_URL: inject('redis').url, SECONDS: '120' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    let url: string | undefined;
    for await (const line of createInterface(program.stdout)) {
      url = /to look at: (\S+)/.exec(line)?.[1];
      if (url !== undefined) break;
    }
    program.stdout.resume();
    await using page = await openPage(url as string);
    const state = (): Promise<unknown> => page.evaluate('document.getElementById("state").textContent');
    await expect.poll(state, { timeout: 20_000 }).toBe('4 processes, told of changes by Redis itself');
    const cells = (n: number): Promise<unknown> =>
      page.evaluate(`[...document.querySelectorAll('#rows tr')].map((row) => row.cells[${n}].textContent.trim())`);
    const shares = async (): Promise<number[]> => ((await cells(2)) as string[]).map((text) => Number.parseFloat(text));
    await expect.poll(async () => Math.min(...(await shares())), { timeout: 20_000 }).toBeGreaterThan(50);
    expect(await cells(8)).toEqual(Array(4).fill('restored'));
    const told = async (): Promise<number> => Number(((await cells(5)) as string[])[0]);
    const before = await told();
    await expect.poll(told, { timeout: 20_000 }).toBeGreaterThan(before); // it goes on by itself
  } finally {
    program.kill();
    await once(program, 'exit');
  }
});
