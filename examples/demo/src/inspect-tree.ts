import { randomUUID } from 'node:crypto';
import type { Cache, CacheConfig } from '@cache/core';
import { type ChangeReport, changeOnDisk } from './demonstrate/change-on-disk.ts';
import { scratchTree } from './demonstrate/scratch-tree.ts';
import { storedEntry } from './demonstrate/stored-entry.ts';
import { forgetChanged } from './inspect/forget-changed.ts';
import { Inspector } from './inspect/inspector.ts';
import { type Inspection, type Pass, runPass } from './inspect/pass.ts';
import type { PassReport, Report } from './report.ts';
import { findingsOf } from './show/findings.ts';
import type { Progress } from './show/progress.ts';
import { findPackages } from './tree/find-packages.ts';
import { type Tree, titleOf } from './tree/installed-package.ts';

export interface Surroundings {
  /** Tells of a pass that begins. */
  progress(title: string, steps: number): Progress;
  readonly signal: AbortSignal;
  /** What the cache was made of. */
  readonly config: CacheConfig;
}

/** Inspects the project in `dir`, on a cache of its own, and shows on it what a cache is for. */
export async function inspectTree(dir: string, cache: Cache, surroundings: Surroundings): Promise<Report> {
  const { progress, signal, config } = surroundings;
  const started = performance.now();
  const tree = await findPackages(dir);
  const listing = { packages: tree.packages.size, ms: performance.now() - started };
  const packages = [...tree.packages.values()];
  const inspector = new Inspector(cache, tree);
  const changedSince = (await forgetChanged(inspector, tree)).map(titleOf);

  const { step, end } = progress('Inspecting', packages.length * 2);
  const first = await runPass(inspector, packages, step, signal).finally(end);
  const cold = first.computed.length === first.calls ? first : undefined;
  // without a bar: drawing it would take longer than the pass
  const warm = cold === undefined ? first : await runPass(inspector, packages, () => {}, signal);

  const example = first.inspections.find(({ measure }) => measure.unreadable.length === 0);
  return {
    root: tree.root,
    backend: schemeOf(config),
    listing,
    changedSince,
    passes: {
      cold: cold === undefined ? null : brief(cold),
      warm: brief(warm),
      ratio: cold === undefined ? null : cold.ms / warm.ms,
      equalDigests: cold === undefined ? null : cold.digest === warm.digest,
    },
    findings: findingsOf(warm.inspections),
    change: await changed(cache, tree, warm.inspections, signal),
    entry: example === undefined ? null : await storedEntry(cache, Inspector.measureKey(example.installed), config),
    stats: cache.stats(),
    problems: [...tree.problems, ...warm.inspections.flatMap(({ measure }) => measure.unreadable)],
  };
}

async function changed(
  cache: Cache,
  tree: Tree,
  inspections: readonly Inspection[],
  signal: AbortSignal,
): Promise<ChangeReport | null> {
  const scratch = await scratchTree(tree, inspections);
  if (scratch === undefined) return null;
  try {
    return await changeOnDisk(cache.namespace(`scratch-${randomUUID()}`), scratch, signal);
  } finally {
    await scratch.remove();
  }
}

function brief({ calls, computed, ms, savedMs, digest }: Pass): PassReport {
  return { calls, computed: computed.length, ms, savedMs, digest };
}

function schemeOf({ url = '', redis }: CacheConfig): string {
  return url === '' && redis !== undefined ? 'redis' : url.slice(0, url.indexOf('://'));
}
