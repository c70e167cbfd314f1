import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Inspection } from '../inspect/pass.ts';
import { findPackages } from '../tree/find-packages.ts';
import { dependentsOf } from '../tree/graph.ts';
import type { InstalledPackage, Tree } from '../tree/installed-package.ts';

/** Copies of a few packages, to be changed and thrown away. */
export interface ScratchTree {
  readonly tree: Tree;
  /** The one to change. */
  readonly changing: InstalledPackage;
  /** What needs it, among the copies. */
  readonly dependents: readonly InstalledPackage[];
  /** What has nothing to do with it. */
  readonly bystanders: readonly InstalledPackage[];
  remove(): Promise<void>;
}

const mostBytes = 30e6;
const mostDependents = 6;

/** Copies a package with its dependents and a bystander: the one with most dependents among those that are soon copied. */
export async function scratchTree(tree: Tree, inspections: readonly Inspection[]): Promise<ScratchTree | undefined> {
  const bytes = new Map(inspections.map(({ installed, measure }) => [installed, measure.bytes]));
  const readable = inspections
    .filter(({ measure }) => measure.unreadable.length === 0)
    .map(({ installed }) => installed);
  const candidates = readable
    .map((installed) => [installed, ...dependentsOf(tree, installed)])
    .filter(
      (group) => new Set(group.map(({ name }) => name)).size === group.length && group.length <= mostDependents + 1,
    )
    .filter((group) => group.every((installed) => readable.includes(installed)))
    .map((group) => ({ group, bytes: group.reduce((sum, installed) => sum + (bytes.get(installed) ?? 0), 0) }))
    .filter((candidate) => candidate.bytes <= mostBytes)
    .sort((a, b) => b.group.length - a.group.length || a.bytes - b.bytes);
  const chosen = candidates[0]?.group;
  if (chosen === undefined) return undefined;
  const alone = candidates.find(
    ({ group }) => group.length === 1 && !chosen.some(({ name }) => name === group[0]?.name),
  );
  const copies = [...chosen, ...(alone?.group ?? [])];

  const root = await realpath(await mkdtemp(join(tmpdir(), 'cache-demo-')));
  const remove = (): Promise<void> => rm(root, { recursive: true, force: true });
  try {
    for (const { folder, name } of copies) {
      const filter = (source: string): boolean => source === folder || basename(source) !== 'node_modules';
      await cp(folder, join(root, 'node_modules', name), { recursive: true, verbatimSymlinks: true, filter });
    }
    const scratch = await findPackages(root);
    const copyOf = ({ name }: InstalledPackage): InstalledPackage =>
      scratch.packages.get(join(root, 'node_modules', name)) as InstalledPackage; // copied just now
    const changing = copyOf(chosen[0] as InstalledPackage); // the group begins with it
    return {
      tree: scratch,
      changing,
      dependents: dependentsOf(scratch, changing),
      bystanders: (alone?.group ?? []).map(copyOf),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
