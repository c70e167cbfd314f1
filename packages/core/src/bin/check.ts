import type { Environment } from '../config/from-env.ts';
import type { Named } from '../config/open-caches.ts';
import { isCacheError } from '../contract/errors.ts';
import { type CheckReport, checkCache } from './check-cache.ts';
import { healthLines } from './health-lines.ts';
import { type Choice, chosen } from './open-chosen.ts';

/** What `cache check --json` prints. Nothing in it is secret. */
export interface Checked {
  readonly ok: boolean;
  /** What is wrong with the configuration as a whole. */
  readonly problem: string | null;
  /** By name; `default` is the one that no name was given. */
  readonly caches: Readonly<Record<string, CheckReport>>;
}

/** `cache check`: every cache of a URL or of the variables, one after the other. @returns the exit code */
export async function check({ url, json = false }: Choice, env: Environment): Promise<number> {
  const checked = await checkAll(url, env);
  process.stdout.write(`${json ? JSON.stringify(checked, null, 2) : text(checked)}\n`);
  return checked.ok ? 0 : 1;
}

async function checkAll(url: string | undefined, env: Environment): Promise<Checked> {
  let all: readonly Named[];
  try {
    all = await chosen(url, env);
  } catch (error) {
    if (!isCacheError(error)) throw error;
    return { ok: false, problem: error.message, caches: {} };
  }
  const caches: Record<string, CheckReport> = {};
  for (const one of all) caches[one.name] = await checkCache(one, all);
  return { ok: Object.values(caches).every(({ ok }) => ok), problem: null, caches };
}

function text({ ok, problem, caches }: Checked): string {
  const reports = Object.entries(caches).map(([name, report]) => {
    const head = name === 'default' && Object.keys(caches).length === 1 ? [] : [`${name}:`];
    return [...head, ...lines(report)].join('\n');
  });
  return [...reports, ...(problem === null ? [] : [problem]), ...(ok ? ['All is well.'] : [])].join('\n');
}

function lines({ url, values, prefix, connectMs, roundTripMs, health, problem }: CheckReport): string[] {
  const up = health?.status === 'up'; // else a fallback may have answered
  const width = Math.max(0, ...values.map(({ name }) => name.length));
  return [
    url,
    ...values.map(({ name, value, from, where }) => `  ${name.padEnd(width)}  ${value}  (${where ?? from})`),
    ...(prefix === null ? [] : [`keys begin with ${JSON.stringify(prefix)}`]),
    ...(connectMs === null || !up ? [] : [`connected in ${connectMs} ms`]),
    ...(roundTripMs === null || !up ? [] : [`a value there and back in ${roundTripMs} ms`]),
    ...(health === null ? [] : healthLines(health)),
    ...(problem === null ? [] : [problem]),
  ];
}
