import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { InputError } from './input-error.ts';

/** What the command line asks for. */
export interface Arguments {
  /** The project whose dependencies are inspected. */
  readonly dir: string;
  readonly json: boolean;
  readonly help: boolean;
}

export const usage = `Usage: npm run demo -- [--dir PATH] [--json]

Inspects an installed dependency tree, on the cache that CACHE_URL names.

  --dir PATH   a project folder or its node_modules; without it: this workspace
  --json       one JSON document instead of text (npm run -s demo -- --json)
  --redis      the launcher's: starts a Redis of its own and runs the program twice on it

  CACHE_URL    where results are kept: memory:// (the default), redis://localhost:6379, …
`;

/** @throws {InputError} on what is not in {@link usage} */
export function readArguments(args: readonly string[], env: NodeJS.ProcessEnv): Arguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { dir: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      strict: true,
    });
    return {
      // npm runs scripts in the workspace's root and says in INIT_CWD where it was called
      dir: values.dir === undefined ? workspace : resolve(env.INIT_CWD ?? process.cwd(), values.dir),
      json: values.json ?? false,
      help: values.help ?? false,
    };
  } catch (error) {
    throw new InputError(`${(error as Error).message.split('. ', 1)[0]}\n\n${usage}`);
  }
}

const workspace = fileURLToPath(new URL('../../..', import.meta.url));
