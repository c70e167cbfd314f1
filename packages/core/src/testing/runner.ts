/** The part of a test runner that the kit uses. Those of vitest, of `node:test`, of Jest and of Mocha all fit. */
export interface Runner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: It;
}

type Test = (title: string, body: () => Promise<void>) => unknown;

interface It extends Test {
  /** Registers a test that is reported by name and not run. */
  readonly skip?: Test;
}

/**
 * The runner given, or the one whose `describe` and `it` are globals. The kit imports no runner, so that it serves all.
 * @throws {TypeError} when there is neither.
 */
export function runnerOrGlobals(runner: Runner | undefined, who: string): Runner {
  const { describe, it } = runner ?? (globalThis as Partial<Runner>);
  if (typeof describe === 'function' && typeof it === 'function') return { describe, it };
  throw new TypeError(
    `${who}: expected a runner, got none. Pass { describe, it } of vitest or node:test as the last argument, or make them globals.`,
  );
}
