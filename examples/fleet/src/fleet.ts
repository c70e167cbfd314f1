import cluster, { type Address } from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import type { Report } from './worker.ts';

/** Processes that share one port. */
export interface Fleet {
  readonly url: string;
  /** How each of them stands. */
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
  return {
    url: `http://127.0.0.1:${first?.[0].port}`,
    table() {
      const table = new Table({
        head: ['worker', 'requests', 'from near', 'from far', 'misses', 'told of', 'near emptied', 'signal'],
      });
      for (const [pid, { tiers, stats }] of reports) {
        const far = stats.hits === 0 ? 0 : stats.hits - near(stats);
        table.push([
          pid,
          stats.requests,
          share(near(stats), stats.requests),
          far,
          stats.misses,
          tiers.invalidations,
          tiers.emptied,
          tiers.signal,
        ]);
      }
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
