import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Answer, Call } from './fleet-worker.ts';

/** Processes of their own, each with what one module serves. */
export interface Fleet extends AsyncDisposable {
  readonly workers: readonly FleetWorker[];
  stop(): Promise<void>;
}

export interface FleetWorker {
  readonly pid: number;
  /** Calls an operation that the module serves. Rejects with its error, or when the process ends before it answers. */
  call(operation: string, ...args: readonly unknown[]): Promise<unknown>;
  /** SIGSTOP freezes it, SIGCONT lets it go on, SIGKILL ends it. */
  signal(signal: NodeJS.Signals): void;
}

export interface FleetOptions {
  /** A TypeScript module of the workspace that calls `serveFleet`: `new URL('./worker.ts', import.meta.url)`. */
  readonly module: URL;
  readonly count: number;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

export async function startFleet({ module, count, env = {} }: FleetOptions): Promise<Fleet> {
  const directory = await mkdtemp(join(tmpdir(), 'cache-fleet-'));
  const outfile = join(directory, 'worker.cjs');
  // Node 20 runs no TypeScript: the module and all it imports become one file.
  await build({
    entryPoints: [fileURLToPath(module)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    conditions: ['@cache/source'],
    external: ['esbuild', 'vitest'],
    logLevel: 'error',
  });
  const children: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(
      children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill('SIGKILL');
        await once(child, 'exit');
      }),
    );
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const workers = await Promise.all(
      Array.from({ length: count }, () => {
        const child = fork(outfile, { env: { ...process.env, ...env }, execArgv: [], serialization: 'advanced' });
        children.push(child);
        return ready(child);
      }),
    );
    return { workers, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ready(child: ChildProcess): Promise<FleetWorker> {
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;
  let ended: Error | undefined;
  child.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  child.on('exit', (code, signal) => {
    ended = new Error(`worker ${child.pid}: ended with ${signal ?? code}`);
    for (const [id, answer] of waiting) answer({ id, error: ended.message });
    waiting.clear();
  });
  const answered = (id: number): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (ended !== undefined) return reject(ended);
      waiting.set(id, ({ value, error }) => (error === undefined ? resolve(value) : reject(new Error(error))));
    });
  await answered(0);
  return {
    pid: child.pid as number, // it has answered, so it has one
    call(operation, ...args) {
      const id = ++last;
      const answer = answered(id);
      if (ended === undefined)
        child.send({ id, operation, args } satisfies Call, (error) => error && child.kill('SIGKILL'));
      return answer;
    },
    signal: (signal) => void child.kill(signal),
  };
}
