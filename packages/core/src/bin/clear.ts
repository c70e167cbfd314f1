import { createInterface } from 'node:readline/promises';
import type { Cache } from '../cache/cache.ts';
import { describeResolved } from '../config/describe.ts';
import type { Environment } from '../config/from-env.ts';
import { type Choice, withCache } from './open-chosen.ts';

// Counting more would take longer than the answer is worth.
const countedUpTo = 10_000;

/** `cache clear <prefix>`. @returns the exit code: 1 when the answer was no, 2 when nobody could be asked */
export async function clear(
  prefix: string,
  { yes = false, ...choice }: Choice & { readonly yes?: boolean | undefined },
  env: Environment,
): Promise<number> {
  if (!yes && process.stdin.isTTY !== true) {
    process.stderr.write('clear: expected --yes, since there is no terminal to ask on\n');
    return 2;
  }
  return withCache(choice, env, async ({ cache, resolved }) => {
    const found = await count(cache, prefix);
    const where = describeResolved(resolved).url;
    if (!yes && !(await confirmed(`Remove ${found} whose keys begin with ${cache.prefix}${prefix} from ${where}?`))) {
      process.stderr.write('Nothing was removed.\n');
      return 1;
    }
    await cache.clear(prefix);
    if (choice.json) process.stdout.write(`${JSON.stringify({ cleared: cache.prefix + prefix })}\n`);
    else process.stderr.write(`Removed ${found}.\n`);
    return 0;
  });
}

async function count(cache: Cache<unknown>, prefix: string): Promise<string> {
  let found = 0;
  for await (const _key of cache.keys(prefix)) if (++found > countedUpTo) return `more than ${countedUpTo} entries`;
  return found === 1 ? '1 entry' : `${found} entries`;
}

async function confirmed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const stopped = new AbortController();
  terminal.once('SIGINT', () => stopped.abort()).once('close', () => stopped.abort());
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `, { signal: stopped.signal })).trim());
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
    process.stderr.write('\n');
    return false; // Ctrl-C or Ctrl-D is no yes
  } finally {
    terminal.close();
  }
}
