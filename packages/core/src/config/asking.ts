import { loadPackage, type OptionalPackage } from './load-package.ts';
import { keep, type Problems } from './problems.ts';

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

/** The result of `asking`, or `undefined` with the message of the error it refused with among `problems`. */
export function* collecting<T>(problems: Problems, asking: Asking<T>): Asking<T | undefined> {
  try {
    return yield* asking;
  } catch (error) {
    keep(problems, error);
    return undefined;
  }
}
