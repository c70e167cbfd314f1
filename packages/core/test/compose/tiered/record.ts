import type { Clock } from '../../../src/index.ts';

export type Key = 'a' | 'b';
export const keys: readonly Key[] = ['a', 'b'];

/** How far the server had come with each key. */
export type Place = { readonly [K in Key]: number };

/** What the server held of a key from `tick` on; `undefined`: nothing fresh. */
interface Version {
  readonly value: number | undefined;
  readonly tick: number;
  readonly at: number;
  /** It is the end of the one before. */
  readonly expired: boolean;
}

/** What one process was given. */
interface Read {
  readonly process: number;
  readonly key: Key;
  readonly value: number | undefined;
  /** The version that it must not be behind. */
  readonly atLeast: number;
  readonly called: number;
  readonly calledAt: number;
  readonly returned: number;
  /** What was last known, instead of an answer of far: it may be in its stale window. */
  readonly known: boolean;
  /** Values that the process had invalidated by a tag. */
  readonly banned: ReadonlySet<number>;
}

const none: ReadonlySet<number> = new Set();

/**
 * What the server held, in order, and what each process was given. A read may be behind the server; but not behind what
 * its process was told before it was asked, by its line or by an answer, not for longer than `maxStaleness`, and not past
 * the end of an entry. What it is given because far fails may be as old as it likes, but not older than what it was told.
 */
export class Record {
  #tick = 0;
  readonly #clock: Clock;
  readonly #maxStaleness: number;
  readonly #versions: { readonly [K in Key]: Version[] };
  /** For how long a value that was written may be served, and then be known. */
  readonly #lives = new Map<number, { readonly ttl: number; readonly staleFor: number }>();
  readonly #ends = new Map<number, { readonly fresh: number; readonly known: number }>();
  /** By process and key: the version that it knows of, or would if it had been told. */
  readonly #known = new Map<string, number>();
  /** The same, of what it was told. */
  readonly #told = new Map<string, number>();
  readonly #reads: Read[] = [];
  readonly #tagged = new Set<number>();
  readonly #banned = new Map<number, ReadonlySet<number>>();

  constructor(clock: Clock, maxStaleness: number) {
    this.#clock = clock;
    this.#maxStaleness = maxStaleness;
    const first = { value: undefined, tick: 0, at: Number.NEGATIVE_INFINITY, expired: false };
    this.#versions = { a: [first], b: [first] };
  }

  /** The server holds this now. */
  holds(key: Key, value: number | undefined): void {
    const versions = this.#versions[key];
    if (versions.at(-1)?.value === value) return;
    const at = this.#clock.now();
    const before = versions.at(-1)?.value;
    const end = before === undefined ? undefined : this.#ends.get(before)?.fresh;
    versions.push({ value, tick: ++this.#tick, at, expired: value === undefined && end !== undefined && at >= end });
    const life = value === undefined ? undefined : this.#lives.get(value);
    if (value !== undefined && life !== undefined)
      this.#ends.set(value, { fresh: at + life.ttl, known: at + life.ttl + life.staleFor });
  }

  /** A value is about to be written that may be served for `ttl` milliseconds, and be known `staleFor` more. */
  lives(value: number, ttl: number, staleFor: number): void {
    this.#lives.set(value, { ttl, staleFor });
  }

  /** Deadlines are moved: nothing is known of any of them. */
  moves(): void {
    this.#lives.clear();
    this.#ends.clear();
  }

  get place(): Place {
    return { a: this.#versions.a.length - 1, b: this.#versions.b.length - 1 };
  }

  /** The process knows of all that there was at `place`; `untold`: not what, but that it may have missed it. */
  knows(process: number, place: Place, about: readonly Key[] = keys, untold = false): void {
    for (const key of about) {
      const name = `${process} ${key}`;
      for (const floor of untold ? [this.#known] : [this.#known, this.#told])
        floor.set(name, Math.max(floor.get(name) ?? 0, place[key]));
    }
  }

  /** A value is about to be written with the tag. */
  tags(value: number): void {
    this.#tagged.add(value);
  }

  /** The process has invalidated the tag, when the server was at `place`: nothing that carried it is given any more. */
  bans(process: number, place: Place): void {
    const before = keys.flatMap((key) => this.#versions[key].slice(0, place[key] + 1).map(({ value }) => value));
    const carried = before.filter((value) => value !== undefined && this.#tagged.has(value)) as number[];
    this.#banned.set(process, new Set([...(this.#banned.get(process) ?? none), ...carried]));
  }

  /** A read is asked for; `known`: what was last known. @returns what notes its answer */
  begin(process: number, key: Key, known = false): (value: number | undefined) => void {
    const called = ++this.#tick;
    const calledAt = this.#clock.now();
    const versions = this.#versions[key];
    let atLeast = (known ? this.#told : this.#known).get(`${process} ${key}`) ?? 0;
    if (known) while (versions[atLeast]?.expired === true) atLeast--;
    // Known or not: what was replaced that long ago must not be seen.
    else
      for (let next = versions[atLeast + 1]; next !== undefined && next.at < calledAt - this.#maxStaleness; )
        next = versions[++atLeast + 1];
    const banned = this.#banned.get(process) ?? none;
    return (value) => {
      this.#reads.push({ process, key, value, atLeast, called, calledAt, returned: ++this.#tick, known, banned });
    };
  }

  /** What must not have happened. */
  violations(): string[] {
    const wrong: string[] = [];
    const placed: { readonly read: Read; readonly version: number }[] = [];
    for (const read of this.#reads) {
      const { process, key, value, called, calledAt, returned, known } = read;
      const end = value === undefined ? undefined : this.#ends.get(value)?.[known ? 'known' : 'fresh'];
      const what = `process ${process} was given ${value} of ${key} (asked ${called}, answered ${returned})`;
      if (end !== undefined && calledAt >= end) wrong.push(`${what} at ${calledAt}, and it ended at ${end}`);
      if (value !== undefined && read.banned.has(value)) wrong.push(`${what}, which it had invalidated by its tag`);
      const earlier = placed.filter(
        ({ read: one }) => one.process === process && one.key === key && one.returned < called,
      );
      const floor = Math.max(read.atLeast, ...earlier.map(({ version }) => version));
      // The first that it may be: an absence could be any of several.
      const version = this.#versions[key].findIndex(
        (one, index) => index >= floor && one.value === value && one.tick < returned,
      );
      if (version === -1) {
        const all = this.#versions[key].map((one) => `${one.value}@${one.tick}`);
        wrong.push(`${what}, and knew version ${floor} of ${all.join(' ')}`);
      } else placed.push({ read, version });
    }
    return wrong;
  }
}
