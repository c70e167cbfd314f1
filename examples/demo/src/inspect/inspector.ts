import type { Cache } from '@cache/core';
import { cacheable, cacheEvict, cachePut } from '@cache/decorators';
import { closureOf } from '../tree/graph.ts';
import { type InstalledPackage, type Tree, titleOf } from '../tree/installed-package.ts';
import { type FoundLicence, findLicence } from './find-licence.ts';
import { type FolderMeasure, measureFolder, sha256 } from './measure-folder.ts';

/** Milliseconds a result took to compute. */
interface Timed {
  readonly ms: number;
}
export interface Measure extends FolderMeasure, Timed {}
export interface Licence extends FoundLicence, Timed {}
export interface Closure extends Timed {
  /** Packages needed, directly or not, without the package itself. */
  readonly packages: number;
  /** Their bytes and its own. */
  readonly bytes: number;
  /** Changes with every file of them and of its own. */
  readonly digest: string;
  /** Whether every file could be read. */
  readonly complete: boolean;
}

/** A body that ran. */
export interface Computed extends Timed {
  readonly what: 'measure' | 'licence' | 'closure';
  readonly title: string;
}

const measureKey = ({ folder }: InstalledPackage): string => `measure:${folder}`;
const licenceKey = ({ folder }: InstalledPackage): string => `licence:${folder}`;
/** Carried by all that was computed from the files of a package, but for what has a key of its own. */
const tagOf = ({ folder }: InstalledPackage): string => `package:${folder}`;

const treeTag = ({ root }: Tree): string => `tree:${root}`;

/** What there is to know of the packages of a tree. Each answer is computed once and kept until its package changes. */
export class Inspector {
  /** The key of what {@link measure} says. */
  static readonly measureKey: typeof measureKey = measureKey;
  readonly cache: Cache;
  readonly tree: Tree;
  #computed: Computed[] = [];

  constructor(cache: Cache, tree: Tree) {
    this.cache = cache;
    this.tree = tree;
  }

  /** Size, files and content digest of a package. */
  @cacheable(({ self }) => self.cache, { key: measureKey, unless: ({ unreadable }) => unreadable.length > 0 })
  async measure(installed: InstalledPackage): Promise<Measure> {
    return this.#timed('measure', installed, () => measureFolder(installed.folder));
  }

  /** Measures again, whatever is cached, and caches that. */
  @cachePut(({ self }) => self.cache, { key: measureKey, unless: ({ unreadable }) => unreadable.length > 0 })
  async remeasure(installed: InstalledPackage): Promise<Measure> {
    return this.#timed('measure', installed, () => measureFolder(installed.folder));
  }

  /** The licence of a package. */
  @cacheable(({ self }) => self.cache, { key: licenceKey })
  async licence(installed: InstalledPackage): Promise<Licence> {
    return this.#timed('licence', installed, () => findLicence(installed.folder, installed.licence));
  }

  /** All that a package brings with it. */
  @cacheable(({ self }) => self.cache, {
    key: ({ folder }) => `closure:${folder}`,
    tags: (_closure, { self, args: [installed] }) => [treeTag(self.tree), ...self.parts(installed).map(tagOf)],
    unless: ({ complete }) => !complete,
  })
  async closure(installed: InstalledPackage): Promise<Closure> {
    return this.#timed('closure', installed, async () => {
      const measures = await Promise.all(this.parts(installed).map((part) => this.measure(part)));
      const digests = measures.map(({ digest }) => digest).sort();
      return {
        packages: measures.length - 1,
        bytes: measures.reduce((sum, { bytes }) => sum + bytes, 0),
        digest: sha256(digests.join('\n')),
        complete: measures.every(({ unreadable }) => unreadable.length === 0),
      };
    });
  }

  /** To be called when a package changed on disk: what was computed from its files is forgotten, also of its dependents. */
  @cacheEvict(({ self }) => self.cache, {
    key: measureKey,
    tags: (_nothing, { args: [installed] }) => [tagOf(installed)],
  })
  @cacheEvict(({ self }) => self.cache, { key: licenceKey })
  async changed(_installed: InstalledPackage): Promise<void> {}

  /** To be called when packages came or went: what needs what may be different. */
  @cacheEvict(({ self }) => self.cache, { tags: (_nothing, { self }) => [treeTag(self.tree)] })
  async rearranged(): Promise<void> {}

  /** A package and all that it needs. */
  parts(installed: InstalledPackage): InstalledPackage[] {
    return [installed, ...closureOf(this.tree, installed)];
  }

  /** The bodies that ran since this was asked last. */
  takeComputed(): Computed[] {
    const computed = this.#computed;
    this.#computed = [];
    return computed;
  }

  async #timed<R>(what: Computed['what'], installed: InstalledPackage, work: () => Promise<R>): Promise<R & Timed> {
    const started = performance.now();
    const result = await work();
    const ms = Math.round((performance.now() - started) * 100) / 100;
    this.#computed.push({ what, title: titleOf(installed), ms });
    return { ...result, ms };
  }
}
