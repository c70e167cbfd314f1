import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { unpackDebian, unpacked } from './debian-packages.ts';

/** A page that a browser has open. */
export interface OpenPage extends AsyncDisposable {
  /** The value of a JavaScript expression in the page, as JSON carries it. Rejects with what it throws. */
  evaluate(expression: string): Promise<unknown>;
}

/** `lab/src` and `lab/dist` are equally deep. */
const UNPACKED = fileURLToPath(new URL('../../.cache/chromium', import.meta.url));
const PROGRAM = 'usr/lib/chromium/chromium-headless-shell';

/**
 * Opens `url` in the Chromium that CHROMIUM_BIN names, else in Debian's, unpacked under `.cache/` (300 MB, fetched the
 * first time). It is spoken to over a pipe in the DevTools protocol. Throws when there is no browser to be had.
 */
export async function openPage(url: string): Promise<OpenPage> {
  const named = process.env.CHROMIUM_BIN;
  const program = named ? { path: named, env: {} } : await debianChromium();
  const profile = await mkdtemp(join(tmpdir(), 'cache-browser-'));
  const browser = spawn(
    program.path,
    // a sandbox needs rights that a container lacks
    ['--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe', `--user-data-dir=${profile}`],
    { env: { ...process.env, ...program.env }, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const gone = once(browser, 'exit');
  const [to, from] = browser.stdio.slice(3) as [Writable, Readable];
  const waiting = new Map<number, { resolve(result: Reply['result']): void; reject(error: Error): void }>();
  let rest = '';
  from.on('data', (bytes: Buffer) => {
    const messages = (rest + bytes).split('\0');
    rest = messages.pop() as string; // there is always a last one
    for (const message of messages) {
      const { id = 0, result, error }: Reply = JSON.parse(message);
      if (error === undefined) waiting.get(id)?.resolve(result);
      else waiting.get(id)?.reject(new Error(error.message));
      waiting.delete(id);
    }
  });
  to.on('error', () => {});
  browser.on('error', () => browser.emit('exit'));
  browser.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error(`${program.path}: expected a browser, got its end`));
  });
  let last = 0;
  let sessionId: string | undefined;
  const ask = (method: string, params: object): Promise<Reply['result']> =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject });
      to.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
    });
  const close = async (): Promise<void> => {
    browser.kill('SIGKILL');
    await gone;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const { targetId } = await ask('Target.createTarget', { url });
    sessionId = (await ask('Target.attachToTarget', { targetId, flatten: true })).sessionId;
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async evaluate(expression) {
      const { result, exceptionDetails } = await ask('Runtime.evaluate', { expression, returnByValue: true });
      if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text);
      return result?.value;
    },
    [Symbol.asyncDispose]: close,
  };
}

/** What of the protocol is used here. */
interface Reply {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly result: {
    readonly targetId?: string;
    readonly sessionId?: string;
    readonly result?: { readonly value?: unknown };
    readonly exceptionDetails?: { readonly text: string };
  };
}

async function debianChromium(): Promise<{ readonly path: string; readonly env: Readonly<Record<string, string>> }> {
  const before = await unpacked(UNPACKED, PROGRAM);
  if (before !== undefined) return before;
  await unpackDebian(['chromium-headless-shell'], UNPACKED);
  const after = await unpacked(UNPACKED, PROGRAM);
  if (after !== undefined) return after;
  throw new Error(`expected Debian's chromium-headless-shell to bring ${PROGRAM}, got none; name one in CHROMIUM_BIN`);
}
