import type { InstalledPackage, Tree } from './installed-package.ts';

/** All that a package needs, directly or not, without itself. Cycles are fine. */
export function closureOf(tree: Tree, from: InstalledPackage): InstalledPackage[] {
  return reach(from, (at) => at.dependencies.flatMap((folder) => tree.packages.get(folder) ?? []));
}

/** All that need a package, directly or not, without itself. */
export function dependentsOf(tree: Tree, on: InstalledPackage): InstalledPackage[] {
  const users = new Map<string, InstalledPackage[]>();
  for (const user of tree.packages.values())
    for (const folder of user.dependencies) users.set(folder, [...(users.get(folder) ?? []), user]);
  return reach(on, (at) => users.get(at.folder) ?? []);
}

function reach(
  from: InstalledPackage,
  next: (at: InstalledPackage) => readonly InstalledPackage[],
): InstalledPackage[] {
  const reached = new Set([from]);
  for (const at of reached) for (const to of next(at)) reached.add(to); // a Set also visits what is added meanwhile
  reached.delete(from);
  return [...reached];
}
