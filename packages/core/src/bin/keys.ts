import { once } from 'node:events';
import type { Environment } from '../config/from-env.ts';
import { type Choice, withCache } from './open-chosen.ts';

/** `cache keys [prefix]`: one a line, as the backend finds them. @returns the exit code */
export async function keys(
  prefix: string,
  { limit = Number.POSITIVE_INFINITY, ...choice }: Choice & { readonly limit?: number | undefined },
  env: Environment,
): Promise<number> {
  return withCache(choice, env, async ({ cache }) => {
    const found: string[] = [];
    let count = 0;
    for await (const key of cache.keys(prefix)) {
      if (choice.json) found.push(key);
      else if (!process.stdout.write(`${key}\n`)) await once(process.stdout, 'drain'); // millions of them need no memory
      if (++count >= limit) break;
    }
    if (choice.json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
    else process.stderr.write(`${count} ${count === 1 ? 'key' : 'keys'}${count >= limit ? ', perhaps more' : ''}\n`);
    return 0;
  });
}
