import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ScenarioResult } from './result.ts';

const FOLDER = fileURLToPath(new URL('../../results', import.meta.url));

export interface SuiteResult {
  readonly suite: string;
  readonly date: string;
  readonly machine: Machine;
  readonly scenarios: readonly ScenarioResult[];
}

/** What figures depend on and say nothing without. */
export interface Machine {
  readonly node: string;
  readonly v8: string;
  readonly system: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
}

export function thisMachine(): Machine {
  return {
    node: process.versions.node,
    v8: process.versions.v8,
    system: `${platform()} ${release()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
  };
}

/** Whether a Node is of the oldest line that we support, which asks and pictures are about. */
export function isFloor(node: string): boolean {
  return node.startsWith('20.');
}

/**
 * A full run is recorded and committed, in a file of its own for each line of Node; a quick one goes to a folder that is ignored.
 * Scenarios that were not run keep their record if it is of this machine: figures of two are never mixed.
 */
export function writeRecord(
  suite: string,
  scenarios: readonly ScenarioResult[],
  quick: boolean,
  parent: string = FOLDER,
): SuiteResult {
  const folder = quick ? join(parent, 'quick') : parent;
  const machine = thisMachine();
  const file = join(
    folder,
    isFloor(machine.node) ? `${suite}.json` : `${suite}.node${Number.parseInt(machine.node, 10)}.json`,
  );
  const before = readRecord(file);
  const kept = before !== undefined && isSameMachine(before.machine, machine) ? before.scenarios : [];
  const others = kept.filter((old) => !scenarios.some(({ name }) => name === old.name));
  const record: SuiteResult = {
    suite,
    date: new Date().toISOString().slice(0, 10),
    machine,
    scenarios: [...others, ...scenarios].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(record, fourDigits, 2)}\n`);
  return record;
}

function isSameMachine(a: Machine, b: Machine): boolean {
  return a.node === b.node && a.cpu === b.cpu && a.cores === b.cores && a.memoryGb === b.memoryGb;
}

function readRecord(file: string): SuiteResult | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // the first run
  }
}

/** More would be noise in every diff. */
function fourDigits(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
