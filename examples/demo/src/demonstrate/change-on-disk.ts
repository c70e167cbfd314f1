import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cache } from '@cache/core';
import { Inspector } from '../inspect/inspector.ts';
import { runPass } from '../inspect/pass.ts';
import { titleOf } from '../tree/installed-package.ts';
import type { ScratchTree } from './scratch-tree.ts';

/** What happened around a change of one package on disk. */
export interface ChangeReport {
  readonly package: string;
  readonly dependents: readonly string[];
  /** Callers that asked at once for what was not cached, and how often the body ran for them. */
  readonly callers: number;
  readonly loads: number;
  /** Whether the answer after the change and before the eviction was still the old one. */
  readonly staleBefore: boolean;
  /** Whether the answer after the eviction is another one. */
  readonly freshAfter: boolean;
  /** What the eviction caused to be computed again. */
  readonly recomputed: readonly string[];
  /** What was there and stayed. */
  readonly kept: readonly string[];
}

const callers = 1_000;

/** Changes a copied package under the inspector's eyes. `cache` is the copies' own and empty again afterwards. */
export async function changeOnDisk(cache: Cache, scratch: ScratchTree, signal: AbortSignal): Promise<ChangeReport> {
  const { tree, changing, dependents, bystanders } = scratch;
  const inspector = new Inspector(cache, tree);
  const all = [changing, ...dependents, ...bystanders];
  try {
    await Promise.all(Array.from({ length: callers }, () => inspector.measure(changing)));
    const loads = inspector.takeComputed().length;
    await runPass(inspector, all, () => {}, signal);

    const before = await inspector.measure(changing);
    await writeFile(join(changing.folder, 'changed-by-the-demo.txt'), 'one file more\n');
    const stale = await inspector.measure(changing);
    await inspector.changed(changing);
    const { computed } = await runPass(inspector, all, () => {}, signal);
    const after = await inspector.measure(changing);
    const recomputed = [...new Set(computed.map(({ title }) => title))].sort();
    return {
      package: titleOf(changing),
      dependents: dependents.map(titleOf).sort(),
      callers,
      loads,
      staleBefore: stale.digest === before.digest,
      freshAfter: after.digest !== before.digest,
      recomputed,
      kept: all.map(titleOf).filter((title) => !recomputed.includes(title)),
    };
  } finally {
    await cache.clear();
  }
}
