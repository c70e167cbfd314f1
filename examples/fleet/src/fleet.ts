import cluster, { type Address } from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import type { Report } from './worker.ts';

/** How one process stands. Counts are since its beginning. */
export interface Row {
  readonly worker: number;
  readonly requests: number;
  readonly fromNear: number;
  readonly fromFar: number;
  readonly misses: number;
  readonly toldOf: number;
  readonly nearEmptied: number;
  readonly signal: string;
}

/** Processes that share one port. */
export interface Fleet {
  readonly url: string;
  /** How each of them stands. */
  rows(): Row[];
  /** The same, to be printed. */
  table(): string;
  stop(): Promise<void>;
}

export async function startFleet(count: number, env: Readonly<Record<string, string>>): Promise<Fleet> {
  cluster.setupPrimary({ exec: fileURLToPath(new URL('./worker.js', import.meta.url)) });
  const reports = new Map<number, Report>();
  const workers = Array.from({ length: count }, () => cluster.fork(env));
  for (const worker of workers)
    worker.on('message', (report: Report) => reports.set(worker.process.pid as number, report));
  const [first] = (await Promise.all(workers.map((worker) => once(worker, 'listening')))) as [Address][];
  const rows = (): Row[] =>
    Array.from(reports, ([worker, { tiers, stats }]) => ({
      worker,
      requests: stats.requests,
      fromNear: near(stats),
      fromFar: stats.hits === 0 ? 0 : stats.hits - near(stats),
      misses: stats.misses,
      toldOf: tiers.invalidations,
      nearEmptied: tiers.emptied,
      signal: tiers.signal,
    }));
  return {
    url: `http://127.0.0.1:${first?.[0].port}`,
    rows,
    table() {
      const table = new Table({
        head: ['worker', 'requests', 'from near', 'from far', 'misses', 'told of', 'near emptied', 'signal'],
      });
      for (const { worker, requests, fromNear, fromFar, misses, toldOf, nearEmptied, signal } of rows())
        table.push([worker, requests, share(fromNear, requests), fromFar, misses, toldOf, nearEmptied, signal]);
      return table.toString();
    },
    async stop() {
      await Promise.all(
        workers.map(async (worker) => {
          worker.kill();
          await once(worker, 'exit');
        }),
      );
    },
  };
}

/** Lookups that near answered. */
function near(stats: Report['stats']): number {
  return stats.parts?.near?.hits ?? 0;
}

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((part / whole) * 100).toFixed(1)} %`;
}
