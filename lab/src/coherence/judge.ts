import type { Happened } from './workload.ts';

/** When the server may have lost what it had acknowledged: a restart without persistence, a failover. */
export interface Loss {
  readonly from: number;
  readonly to: number;
}

/** What a fleet saw. */
export interface Verdict {
  readonly reads: number;
  readonly writes: number;
  /** A process was given an older value than it had been given before. */
  readonly backwards: readonly string[];
  /** A process was given an older value than it had itself written, with success. */
  readonly forgotten: readonly string[];
  /** A value was given longer than `maxStaleness` after another had been acknowledged. */
  readonly stale: readonly string[];
  /** How long after that, in milliseconds, sorted: of every read that was given an overwritten value. */
  readonly ages: readonly number[];
}

// A replica may be that far behind when it takes over.
const REPLICATION_MS = 500;

/**
 * Looks for what must not have happened in the histories of several processes. A write whose outcome is unknown, or that
 * the server may have lost, excuses those who read it and binds nobody.
 */
export function judge(
  histories: readonly (readonly Happened[])[],
  { maxStaleness, losses }: { readonly maxStaleness: number; readonly losses: readonly Loss[] },
): Verdict {
  const doubtful = new Set<string>();
  /** By key, the acknowledged writes by version, each with the earliest acknowledgement of it or of a later one. */
  const acknowledged = new Map<string, { readonly version: number; first: number }[]>();
  let writes = 0;
  for (const one of histories.flat()) {
    if (one.do === 'read') continue;
    writes++;
    const lost = losses.some(({ from, to }) => one.returned > from - REPLICATION_MS && one.called < to);
    if (one.returned === Number.POSITIVE_INFINITY || lost) doubtful.add(`${one.key} ${one.version}`);
    else
      acknowledged.set(one.key, [
        ...(acknowledged.get(one.key) ?? []),
        { version: one.version as number, first: one.returned }, // a write has a version
      ]);
  }
  for (const all of acknowledged.values()) {
    all.sort((x, y) => x.version - y.version);
    for (let i = all.length - 2; i >= 0; i--) {
      const [one, next] = [all[i], all[i + 1]] as [{ first: number }, { first: number }];
      one.first = Math.min(one.first, next.first);
    }
  }
  /** When something newer than `version` was first acknowledged. */
  const replaced = (key: string, version: number): number =>
    acknowledged.get(key)?.find((one) => one.version > version)?.first ?? Number.POSITIVE_INFINITY;

  const stale: string[] = [];
  const backwards: string[] = [];
  const forgotten: string[] = [];
  const ages: number[] = [];
  let reads = 0;
  for (const [process, history] of histories.entries()) {
    const certain = history.filter((one) => one.version !== undefined && !doubtful.has(`${one.key} ${one.version}`));
    for (const key of new Set(certain.map((one) => one.key))) {
      const own = certain.filter((one) => one.key === key && one.returned !== Number.POSITIVE_INFINITY);
      const byReturn = own.toSorted((x, y) => x.returned - y.returned);
      let next = 0;
      let read = -1;
      let written = -1;
      for (const one of own.toSorted((x, y) => x.called - y.called)) {
        for (
          let before = byReturn[next];
          before !== undefined && before.returned < one.called;
          before = byReturn[++next]
        )
          if (before.do === 'read') read = Math.max(read, before.version as number);
          else written = Math.max(written, before.version as number);
        if (one.do !== 'read') continue;
        reads++;
        const version = one.version as number; // the others were left out
        const what = `process ${process}: ${key} version ${version} at ${one.called.toFixed(1)}`;
        if (version < read) backwards.push(`${what} after ${read}`);
        if (version < written) forgotten.push(`${what} after its own ${written}`);
        const age = one.called - replaced(key, version);
        if (age <= 0) continue;
        ages.push(age);
        if (age > maxStaleness) stale.push(`${what}, replaced ${age.toFixed(0)} ms before`);
      }
    }
  }
  return { reads, writes, backwards, forgotten, stale, ages: ages.sort((x, y) => x - y) };
}
