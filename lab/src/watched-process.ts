import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * A child that cannot outlive us. Between us and it stands a shell that reads our end of a pipe: when we close it, or die (also by SIGKILL),
 * the shell kills the child and removes its directory. It runs in a session of its own, so Ctrl-C in a terminal reaches us alone.
 */
export interface WatchedProcess {
  readonly pid: number;
  /** What it has written so far, both streams. */
  output(): string;
  /** Resolves when the output matches; rejects, quoting the output, when the process ends or the time is up. */
  printed(pattern: RegExp, timeoutMs?: number): Promise<void>;
  /** Resolves when the process has ended, by itself or not. */
  readonly exited: Promise<void>;
  /** SIGSTOP makes a server that accepts and never answers; SIGKILL one that died. */
  signal(signal: NodeJS.Signals): void;
  /** Kills it, removes its directory, and resolves when both are done. Again: nothing. */
  stop(): Promise<void>;
}

export interface WatchedProcessOptions {
  /** Removed when the process is stopped or we die. */
  readonly directory: string;
  readonly env?: Readonly<Record<string, string>>;
}

// $1: the directory, the rest: the command. Descriptor 3 carries the child's pid; only the child keeps our stdout and stderr, so their end is its end.
const WATCHDOG = `
directory=$1; shift
"$@" </dev/null 3>&- & pid=$!
echo "$pid" >&3; exec 3>&- >/dev/null 2>&1
cat
kill -KILL "$pid"; wait "$pid"
rm -rf "$directory"`;

export async function startWatched(
  command: string,
  args: readonly string[],
  { directory, env = {} }: WatchedProcessOptions,
): Promise<WatchedProcess> {
  const shell = spawn('sh', ['-c', WATCHDOG, 'watchdog', directory, command, ...args], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...env },
  });
  let output = '';
  const listeners = new Set<() => void>();
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
    for (const listener of listeners) listener();
  };
  shell.stdout.on('data', collect);
  shell.stderr.on('data', collect);
  shell.stdin.on('error', () => {}); // the shell is gone: `stop` finds out by its exit
  const gone = once(shell, 'close').then(() => {});
  const exited = Promise.all([once(shell.stdout, 'close'), once(shell.stderr, 'close')]).then(() => {});
  const [announced] = (await once(shell.stdio[3] as NodeJS.ReadableStream, 'data')) as [Buffer];
  const pid = Number(announced.toString());
  return {
    pid,
    exited,
    output: () => output,
    async printed(pattern, timeoutMs = 10_000) {
      const described = (): string => `${command} (${pattern}):\n${output.slice(-2000)}`;
      await new Promise<void>((resolve, reject) => {
        const check = (): void => {
          if (pattern.test(output)) settle(resolve);
        };
        const settle = (then: () => void): void => {
          clearTimeout(timer);
          listeners.delete(check);
          then();
        };
        const timer = setTimeout(
          () => settle(() => reject(new Error(`not ready within ${timeoutMs} ms: ${described()}`))),
          timeoutMs,
        );
        listeners.add(check);
        void exited.then(() => settle(() => reject(new Error(`ended before it was ready: ${described()}`))));
        check();
      });
    },
    signal(signal) {
      process.kill(pid, signal);
    },
    async stop() {
      shell.stdin.end();
      await gone;
    },
  };
}
