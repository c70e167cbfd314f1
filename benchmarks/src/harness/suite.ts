import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ChartsOfSuite } from './charts.ts';
import { isScenario, type Scenario } from './scenario.ts';

const SUITES = fileURLToPath(new URL('../suites', import.meta.url));

/** A word of the command line that names nothing. */
export class UsageError extends Error {}

export interface Suite {
  readonly name: string;
  readonly scenarios: ReadonlyMap<string, Scenario>;
  /** File name under `docs/charts` to chart, from the suite's `charts.ts`. */
  readonly charts: ChartsOfSuite;
}

export function suiteNames(): readonly string[] {
  if (!existsSync(SUITES)) return [];
  return readdirSync(SUITES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** A folder of `suites/`: every scenario that its files export, named `file` or, where a file has several, `file/export`. */
export async function loadSuite(name: string): Promise<Suite> {
  if (!suiteNames().includes(name)) {
    throw new UsageError(`suite: expected one of ${suiteNames().join(', ') || '(there are none)'}, got "${name}"`);
  }
  const folder = join(SUITES, name);
  const scenarios = new Map<string, Scenario>();
  let charts: ChartsOfSuite = {};
  for (const file of readdirSync(folder)
    .filter((entry) => entry.endsWith('.js'))
    .sort()) {
    const module = (await import(pathToFileURL(join(folder, file)).href)) as Record<string, unknown>;
    if (file === 'charts.js') charts = module.charts as ChartsOfSuite; // the one export this file has by its contract
    const found = Object.entries(module).filter((entry): entry is [string, Scenario] => isScenario(entry[1]));
    for (const [exported, scenario] of found) {
      const stem = basename(file, '.js');
      scenarios.set(found.length === 1 ? stem : `${stem}/${exported}`, scenario);
    }
  }
  return { name, scenarios, charts };
}
