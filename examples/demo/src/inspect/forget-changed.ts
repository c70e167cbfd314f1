import type { InstalledPackage, Tree } from '../tree/installed-package.ts';
import type { Inspector } from './inspector.ts';

/**
 * Forgets what is cached of packages whose manifest is not the one of the inspection before. A package that came or
 * went may change what others resolve to, so then all closures of the tree are computed anew.
 * @returns the packages that were known and changed
 */
export async function forgetChanged(inspector: Inspector, tree: Tree): Promise<InstalledPackage[]> {
  const key = `manifests:${tree.root}`;
  const stamps = Object.fromEntries(Array.from(tree.packages.values(), ({ folder, stamp }) => [folder, stamp]));
  const before = (await inspector.cache.get(key)) as Readonly<Record<string, string>> | undefined;
  const known = Object.keys(before ?? {});
  const moved = known.length !== tree.packages.size || known.some((folder) => !tree.packages.has(folder));
  const changed = [...tree.packages.values()].filter(
    ({ folder, stamp }) => before?.[folder] !== undefined && before[folder] !== stamp,
  );
  for (const installed of changed) await inspector.changed(installed);
  if (moved) await inspector.rearranged();
  // written last: an inspection that ends before it does the same again
  if (moved || changed.length > 0) await inspector.cache.set(key, stamps);
  return changed;
}
