import { createCache, isCacheError } from '@cache/core';
import { cacheConfigFromEnv } from '@cache/core/config';
import { readArguments, usage } from './arguments.ts';
import { InputError } from './input-error.ts';
import { inspectTree } from './inspect-tree.ts';
import { progressBar } from './show/progress.ts';
import { reportText } from './show/report-text.ts';
import { styleFor } from './show/style.ts';

/** The program. @returns its exit code */
async function main(): Promise<number> {
  const { dir, json, help } = readArguments(process.argv.slice(2), process.env);
  if (help) {
    process.stdout.write(usage);
    return 0;
  }
  const style = styleFor(process.stdout, process.env);
  const config = cacheConfigFromEnv(process.env, { url: 'memory://' });
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new Interruption());
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt); // a second one ends the process at once

  const cache = await createCache(config);
  try {
    const report = await inspectTree(dir, cache.namespace('inspector'), {
      config,
      signal: interrupted.signal,
      progress: (title, steps) => progressBar(title, steps, style),
    });
    process.stdout.write(`${json ? JSON.stringify(report, null, 2) : reportText(report, style)}\n`);
    return report.problems.length === 0 && report.passes.equalDigests !== false ? 0 : 1;
  } finally {
    await cache.close();
  }
}

class Interruption extends Error {
  override readonly message: string = 'Interrupted. What was computed is kept; the next run goes on from there.';
}

/** One clear message for what a user can mend; a stack only for what is our mistake. */
function describe(error: unknown): string {
  if (error instanceof InputError || error instanceof Interruption) return error.message;
  if (isCacheError(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${describe(error)}\n`);
  return error instanceof Interruption ? 130 : 1;
});
