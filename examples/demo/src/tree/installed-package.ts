/** A package as it lies in a `node_modules`. */
export interface InstalledPackage {
  /** Real and absolute: the identity of the package, also among trees. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  /** Changes with every byte of `package.json`. */
  readonly stamp: string;
  /** What `package.json` says of the licence, as it stands there. */
  readonly licence: unknown;
  /** The folders of the installed packages it depends on. */
  readonly dependencies: readonly string[];
}

/** All packages of a project, by folder. */
export interface Tree {
  readonly root: string;
  readonly packages: ReadonlyMap<string, InstalledPackage>;
  /** What could not be read, each with its path and reason. */
  readonly problems: readonly string[];
}

/** `name@version`, for people. */
export function titleOf(installed: InstalledPackage): string {
  return `${installed.name}@${installed.version}`;
}
