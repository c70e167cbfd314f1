import type { Inspection } from '../inspect/pass.ts';
import { titleOf } from '../tree/installed-package.ts';

/** The result worth having. */
export interface Findings {
  readonly packages: number;
  readonly files: number;
  readonly bytes: number;
  /** The largest packages, with what they bring along. */
  readonly largest: readonly {
    readonly package: string;
    readonly bytes: number;
    readonly files: number;
    readonly closure: { readonly packages: number; readonly bytes: number };
  }[];
  /** Names that are installed in several versions. */
  readonly duplicates: readonly { readonly name: string; readonly versions: readonly string[] }[];
  readonly licences: readonly { readonly licence: string; readonly packages: number }[];
}

export function findingsOf(inspections: readonly Inspection[]): Findings {
  const bySize = inspections.toSorted((a, b) => b.measure.bytes - a.measure.bytes);
  const versions = group(
    inspections,
    ({ installed }) => installed.name,
    ({ installed }) => installed.version,
  );
  const licences = group(
    inspections,
    ({ licence }) => licence.licence,
    ({ installed }) => installed.folder,
  );
  return {
    packages: inspections.length,
    files: inspections.reduce((sum, { measure }) => sum + measure.files, 0),
    bytes: inspections.reduce((sum, { measure }) => sum + measure.bytes, 0),
    largest: bySize.slice(0, 10).map(({ installed, measure, closure }) => ({
      package: titleOf(installed),
      bytes: measure.bytes,
      files: measure.files,
      closure: { packages: closure.packages, bytes: closure.bytes },
    })),
    duplicates: [...versions]
      .map(([name, found]) => ({ name, versions: [...found].sort() }))
      .filter(({ versions }) => versions.length > 1)
      .sort((a, b) => b.versions.length - a.versions.length || (a.name < b.name ? -1 : 1)),
    licences: [...licences]
      .map(([licence, folders]) => ({ licence, packages: folders.size }))
      .sort((a, b) => b.packages - a.packages || (a.licence < b.licence ? -1 : 1)),
  };
}

function group<T>(items: readonly T[], by: (item: T) => string, what: (item: T) => string): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  for (const item of items) groups.set(by(item), (groups.get(by(item)) ?? new Set()).add(what(item)));
  return groups;
}
