import { setTimeout as sleep } from 'node:timers/promises';

/** What a workload needs of a cache, whosever it is. */
export interface CoherentCache {
  get(key: string): Promise<unknown>;
  getMany?(keys: readonly string[]): Promise<ReadonlyMap<string, unknown>>;
  set(key: string, value: Versioned, tag: string): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  /** Removes what was set with the tag. */
  invalidateTag?(tag: string): Promise<unknown>;
}

/** Every key has one writer, who counts: so the order of its values is known without asking the server. */
export interface Versioned {
  readonly version: number;
}

/** What one process asked, and what it was answered. Times are milliseconds of one clock for all processes. */
export interface Happened {
  readonly do: 'read' | 'set' | 'delete';
  readonly key: string;
  /** What was read, `undefined` for a miss; or what was written: a delete has a version too. */
  readonly version: number | undefined;
  readonly called: number;
  /** `Infinity`: it failed, so that it may have happened, may yet happen, or never will. */
  readonly returned: number;
}

export interface WorkloadOptions {
  /** Which of `writers` this one is: the key `k<n>` belongs to the writer `n % writers`. */
  readonly writer: number;
  readonly writers: number;
  readonly keys: number;
  readonly durationMs: number;
  /** Milliseconds between two reads of each of four readers, on average. @default 4 */
  readonly readEveryMs?: number;
  /** Milliseconds between two writes, on average. @default 20 */
  readonly writeEveryMs?: number;
}

const READERS = 4;

/** The system's monotonic clock, which all processes of a machine share: `performance.timeOrigin` differs by milliseconds. */
export const wallClock = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Reads all keys and writes its own at random until the time is over. Failures are part of it. */
export async function runWorkload(cache: CoherentCache, options: WorkloadOptions): Promise<Happened[]> {
  const { writer, writers, keys, durationMs, readEveryMs = 4, writeEveryMs = 20 } = options;
  const happened: Happened[] = [];
  const end = wallClock() + durationMs;
  const names = Array.from({ length: keys }, (_, n) => `k${n}`);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T;
  const pause = (ms: number): Promise<void> => sleep(Math.random() * 2 * ms);

  async function reads(): Promise<void> {
    while (wallClock() < end) {
      await pause(readEveryMs);
      // A few keys are read often: those near holds.
      const key = Math.random() < 0.7 ? pick(names.slice(0, 10)) : pick(names);
      const some = cache.getMany !== undefined && Math.random() < 0.05 ? names.slice(0, 10) : [key];
      const called = wallClock();
      try {
        const found =
          cache.getMany === undefined || some.length === 1
            ? new Map([[key, await cache.get(key)]])
            : await cache.getMany(some);
        const returned = wallClock();
        for (const name of some)
          happened.push({ do: 'read', key: name, version: versionOf(found.get(name)), called, returned });
      } catch {
        // told loudly that it failed: nothing was read
      }
    }
  }

  async function writes(): Promise<void> {
    const own = names.filter((_, n) => n % writers === writer);
    const versions = new Map<string, number>();
    while (own.length > 0 && wallClock() < end) {
      await pause(writeEveryMs);
      const key = pick(own);
      const version = (versions.get(key) ?? 0) + 1;
      versions.set(key, version);
      const removes = Math.random() < 0.15;
      const called = wallClock();
      let returned = Number.POSITIVE_INFINITY;
      try {
        if (!removes) await cache.set(key, { version }, `tag of ${key}`);
        else if (cache.invalidateTag !== undefined && Math.random() < 0.5) await cache.invalidateTag(`tag of ${key}`);
        else await cache.delete(key);
        returned = wallClock();
      } catch {
        // may have happened or not
      }
      happened.push({ do: removes ? 'delete' : 'set', key, version, called, returned });
    }
  }

  await Promise.all([...Array.from({ length: READERS }, reads), writes()]);
  return happened;
}

function versionOf(value: unknown): number | undefined {
  return (value as Versioned | null | undefined)?.version;
}
