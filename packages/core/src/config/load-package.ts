import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CacheConfigError } from '../contract/errors.ts';

/** A package that configuration may ask for, and what it needs beside it. */
export interface OptionalPackage {
  readonly name: string;
  readonly peers: readonly string[];
}

/** A package that is needed to go on, and what needs it, for the message: `redis://`. */
export interface Need {
  readonly from: OptionalPackage;
  readonly need: string;
}

/**
 * Reading that asks for packages where it comes to need them. Who runs it decides how it gets them: imported, or at once, where
 * nobody can wait.
 */
export type Asking<T> = Generator<Need, T, Readonly<Record<string, unknown>>>;

/** The result of `asking`, with the packages it asks for imported. */
export async function importing<T>(asking: Asking<T>): Promise<T> {
  let step = asking.next();
  while (!step.done) {
    const { from, need } = step.value;
    // the error goes where the package was asked for, since what else is wrong is still to be found there
    step = await loadPackage(from, need).then(
      (loaded) => asking.next(loaded),
      (error: unknown) => asking.throw(error),
    );
  }
  return step.value;
}

/**
 * Imports a package from the application's own dependencies: as seen from the folder of the running program, then from
 * the working directory, then from beside this file. Core itself depends on none of them, so under a strict layout
 * (pnpm, Yarn's) only the application can see them.
 * @param need what needs it, for the message: `redis://`
 * @throws {CacheConfigError} that says what to install, when it or one of its peers is not there
 */
export async function loadPackage({ name, peers }: OptionalPackage, need: string): Promise<Record<string, unknown>> {
  const missing = async (absent: readonly string[], cause?: unknown): Promise<CacheConfigError> => {
    const { installCommand } = await import('./install-hint.ts');
    return new CacheConfigError(`${need} needs ${[name, ...peers].join(' and ')}: ${installCommand(absent)}`, {
      cause,
    });
  };
  const file = fileOf(name);
  if (file === undefined) throw await missing([name, ...peers]);
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ pathToFileURL(file).href);
  } catch (cause) {
    const absent = peers.filter((peer) => isNotFound(cause, peer));
    if (absent.length > 0) throw await missing(absent, cause);
    throw new CacheConfigError(`${need} needs ${name}, which was found but could not be loaded`, { cause });
  }
}

/** The file that `import` of `name` would load, for the application. */
export function fileOf(name: string): string | undefined {
  for (const base of bases()) {
    try {
      return createRequire(base).resolve(name);
    } catch (error) {
      if (!isNotFound(error, name)) throw error;
    }
  }
  return undefined;
}

// A program started through a link (a bin) is looked for where the link stands and where it points.
function* bases(): Iterable<string> {
  const program = process.argv[1];
  if (program !== undefined) {
    yield program;
    try {
      yield realpathSync(program);
    } catch {
      // a program that is not a file: a loader's own name for it
    }
  }
  yield join(process.cwd(), 'index.js');
  const here: string | undefined = import.meta.url; // undefined in a CommonJS bundle
  if (here !== undefined) yield here;
}

/** Whether `error` says that the package `name` is not there. */
export function isNotFound(error: unknown, name: string): boolean {
  // Node's words have the name in quotes, those of Yarn's Plug'n'Play between spaces
  const { code, message } = error as { code?: unknown; message?: unknown };
  return (
    /MODULE_NOT_FOUND$/.test(String(code)) &&
    String(message)
      .split(/['"\s,]/)
      .includes(name)
  );
}
