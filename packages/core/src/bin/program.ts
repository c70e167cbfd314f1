import { createRequire } from 'node:module';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { Environment } from '../config/from-env.ts';
import { isCacheError } from '../contract/errors.ts';
import { check } from './check.ts';
import { clear } from './clear.ts';
import { inspect } from './inspect.ts';
import { keys } from './keys.ts';
import type { Choice } from './open-chosen.ts';

/** The program `cache`: does what `words` ask for. @returns the exit code */
export async function run(words: readonly string[], env: Environment): Promise<number> {
  let exitCode = 0;
  try {
    await programFor(env, (code) => {
      exitCode = code;
    }).parseAsync(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      exitCode = error.exitCode === 0 ? 0 : 2; // it has said what it had to say
    } else {
      process.stderr.write(`${isCacheError(error) ? error.message : (error as Error).stack}\n`);
      exitCode = 1;
    }
  }
  return exitCode;
}

/** `ended` is told the exit code of the command that was run. */
function programFor(env: Environment, ended: (code: number) => void): Command {
  /** A command of the program, which says how it ended. */
  const ending =
    <Words extends unknown[]>(command: (...words: Words) => Promise<number>) =>
    async (...words: Words): Promise<void> => {
      ended(await command(...words));
    };

  const program = new Command('cache')
    .description(
      'Looks at the cache that an application would use: by a URL, or by CACHE_URL and the other CACHE_ variables.',
    )
    .version((createRequire(import.meta.url)('@cache/core/package.json') as { version: string }).version)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', '\nThe exit code is 0 when all went well, 1 when not, 2 when the words could not be read.');

  const withUrl = (name: string): Command =>
    program
      .command(name)
      .option('--url <url>', 'a cache URL; without it: CACHE_URL and the other CACHE_ variables')
      .option('--cache <name>', 'one of the caches that the variables name (CACHE_CACHES__<NAME>__…)')
      .option('--json', 'one JSON document instead of text');

  program
    .command('check')
    .description('says what an application would use, connects, and sends a value there and back')
    .argument('[url]', 'a cache URL; without it: every cache that the variables name')
    .option('--json', 'one JSON document instead of text')
    .action(ending((url: string | undefined, { json }: Choice) => check({ url, json }, env)));

  withUrl('inspect')
    .description('shows one entry: its value, times, tags and size')
    .argument('<key>', 'without the prefix of the cache')
    .action(ending((key: string, choice: Choice) => inspect(key, choice, env)));

  withUrl('keys')
    .description('lists keys, one a line, as they come')
    .argument('[prefix]', 'only those that begin with it', '')
    .option('--limit <n>', 'no more than that many', wholeNumber)
    .action(ending((prefix: string, choice: Choice & { limit?: number }) => keys(prefix, choice, env)));

  withUrl('clear')
    .description('removes the entries whose keys begin with a prefix, after asking; "" is every entry of this cache')
    .argument('<prefix>', 'without the prefix of the cache')
    .option('-y, --yes', 'without asking')
    .action(ending((prefix: string, choice: Choice & { yes?: boolean }) => clear(prefix, choice, env)));

  return program;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('expected a number of at least 1');
  return Number(text);
}
