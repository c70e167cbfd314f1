import type { InstalledPackage } from '../tree/installed-package.ts';
import { inParallel } from './in-parallel.ts';
import type { Closure, Computed, Inspector, Licence, Measure } from './inspector.ts';
import { sha256 } from './measure-folder.ts';

/** What the three cached methods say of one package. */
export interface Inspection {
  readonly installed: InstalledPackage;
  readonly measure: Measure;
  readonly licence: Licence;
  readonly closure: Closure;
}

/** One call of each cached method for each package, and what it took. */
export interface Pass {
  readonly inspections: readonly Inspection[];
  readonly ms: number;
  readonly calls: number;
  /** The calls that ran the method's body. */
  readonly computed: readonly Computed[];
  /** About how long the bodies that did not run took when they ran. */
  readonly savedMs: number;
  /** Over every result of the pass. */
  readonly digest: string;
}

// enough calls at once that a server is asked for many things in one go
const width = 100;

/**
 * Calls the cached methods for `packages`.
 * @throws {unknown} the reason of `signal`, between two packages
 */
export async function runPass(
  inspector: Inspector,
  packages: readonly InstalledPackage[],
  step: () => void,
  signal: AbortSignal,
): Promise<Pass> {
  inspector.takeComputed();
  const started = performance.now();
  const own = await inParallel(packages, width, async (installed) => {
    signal.throwIfAborted();
    const [measure, licence] = await Promise.all([inspector.measure(installed), inspector.licence(installed)]);
    step();
    return { installed, measure, licence };
  });
  // measured before, so that a closure's time is its own
  const inspections = await inParallel(own, width, async (known) => {
    signal.throwIfAborted();
    const closure = await inspector.closure(known.installed);
    step();
    return { ...known, closure };
  });
  const ms = performance.now() - started;
  const computed = inspector.takeComputed();
  const results = inspections.flatMap(({ measure, licence, closure }) => [measure, licence, closure]);
  const spent = results.reduce((sum, result) => sum + result.ms, 0) - computed.reduce((sum, { ms }) => sum + ms, 0);
  return {
    inspections,
    ms,
    calls: results.length,
    computed,
    savedMs: Math.max(0, spent) / width,
    digest: sha256(inspections.map(line).join('\n')),
  };
}

function line({ installed, measure, licence, closure }: Inspection): string {
  return [installed.folder, measure.digest, licence.licence, closure.packages, closure.digest].join('\0');
}
