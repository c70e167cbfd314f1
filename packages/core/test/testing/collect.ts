import type { Runner } from '../../src/testing/index.ts';

export interface Report {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly title: string; readonly error: unknown }[];
  readonly skipped: readonly string[];
}

/** Runs what `register` registers (of that, what `only` matches) here and now, and says how it went: a runner that lets a test test the kit. */
export async function collect(register: (runner: Runner) => void, only: RegExp = /^/): Promise<Report> {
  const path: string[] = [];
  const tests: { title: string; body: () => Promise<void> }[] = [];
  const skipped: string[] = [];
  const titled = (title: string): string => [...path, title].join(' › ');
  const it = (title: string, body: () => Promise<void>): void => void tests.push({ title: titled(title), body });
  register({
    describe(name, body) {
      path.push(name);
      body();
      path.pop();
    },
    it: Object.assign(it, { skip: (title: string) => void skipped.push(titled(title)) }),
  });
  const passed: string[] = [];
  const failed: { title: string; error: unknown }[] = [];
  for (const { title, body } of tests) {
    if (!only.test(title)) continue;
    try {
      await body();
      passed.push(title);
    } catch (error) {
      failed.push({ title, error });
    }
  }
  return { passed, failed, skipped };
}
