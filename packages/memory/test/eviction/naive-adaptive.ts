import { hashOf, hashSeed } from '../../src/store/key-hash.ts';

interface Entry {
  uses: number;
  epoch: number;
}

interface Remembered {
  readonly print: number;
  readonly fromMain: boolean;
  /** How many had been evicted from its queue when it was. */
  readonly at: number;
  readonly epoch: number;
}

const looks = 128;

/**
 * S3-LT in arrays and plain counts, as its description reads and slowly: no bit fields, no ticks that wrap but where the
 * algorithm says modulo, queues that are searched. What the store does must be what this does.
 */
export class NaiveAdaptive {
  readonly capacity: number;
  /** Newest first. */
  readonly small: string[] = [];
  readonly main: string[] = [];
  readonly entries: Map<string, Entry> = new Map();
  readonly ghost: Map<number, Remembered[]> = new Map();
  target: number;
  epochs = 0;
  missesInEpoch = 0;
  useful = 0;
  near = 0;
  droppedFromSmall = 0;
  droppedFromMain = 0;
  left = 0;
  idleSeen = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.target = Math.max(1, capacity * 0.1);
    this.grow(0);
  }

  get(key: string): boolean {
    const entry = this.entries.get(key);
    if (entry === undefined) return false;
    entry.uses = Math.min(3, entry.uses + 1);
    entry.epoch = this.epochs % 64;
    return true;
  }

  /** @returns the key that made room, if one had to */
  set(key: string): string | undefined {
    if (this.get(key)) return undefined;
    if (++this.missesInEpoch >= Math.max(1, Math.floor(this.capacity / 4))) {
      this.missesInEpoch = 0;
      this.epochs++;
      if (this.epochs % 16 === 0) {
        this.useful /= 2;
        this.near /= 2;
      }
    }
    const remembered = this.recall(key);
    let toMain = this.main.length < this.capacity - this.target;
    let evicted: string | undefined;
    if (this.entries.size >= this.capacity) {
      this.left = looks;
      toMain = false;
      if (remembered !== undefined) {
        const room = this.main.length < Math.floor(this.capacity - this.target);
        this.learn(remembered);
        if (room) toMain = true;
        else {
          evicted = this.displace(this.since(remembered.epoch));
          if (evicted === undefined) this.grow(-0.1);
          else toMain = true;
        }
      }
      evicted ??= this.small.length >= this.target || this.main.length === 0 ? this.fromSmall() : this.fromMain();
    }
    this.entries.set(key, { uses: 0, epoch: this.epochs % 64 });
    (toMain ? this.main : this.small).unshift(key);
    return evicted;
  }

  delete(key: string): boolean {
    for (const queue of [this.small, this.main]) if (queue.includes(key)) queue.splice(queue.indexOf(key), 1);
    return this.entries.delete(key);
  }

  private grow(by: number): void {
    const { capacity } = this;
    this.target = Math.max(1, capacity * 0.02, Math.min(Math.max(1, capacity * 0.9), this.target + by));
  }

  private since(epoch: number): number {
    return (this.epochs - epoch + 64_000) % 64;
  }

  private of(key: string): Entry {
    return this.entries.get(key) as Entry;
  }

  private sixteenth(): number {
    return Math.max(1, Math.floor(this.capacity / 16));
  }

  /** Sixteenths of a capacity of evictions from its queue since then, modulo 64. */
  private ticksSince({ fromMain, at }: Remembered): number {
    const now = fromMain ? this.droppedFromMain : this.droppedFromSmall;
    return (Math.floor(now / this.sixteenth()) - Math.floor(at / this.sixteenth())) % 64;
  }

  private setOf(hash: number): number {
    return Math.floor((Math.imul(hash, 0x85ebca6b) >>> 0) * (Math.ceil(this.capacity / 2) / 2 ** 32));
  }

  private recall(key: string): Remembered | undefined {
    const hash = hashOf(key, hashSeed);
    const set = this.ghost.get(this.setOf(hash)) ?? [];
    const at = set.findIndex((one) => one?.print === hash >>> 13);
    if (at < 0) return undefined;
    const found = set[at] as Remembered;
    delete set[at]; // leaves its place empty
    const span = found.fromMain ? 1 : Math.max(1, Math.floor((2 * this.capacity) / this.sixteenth()));
    return this.ticksSince(found) <= span ? found : undefined;
  }

  private remember(key: string, fromMain: boolean): void {
    const hash = hashOf(key, hashSeed);
    const at = fromMain ? ++this.droppedFromMain : ++this.droppedFromSmall;
    const one = { print: hash >>> 13, fromMain, at, epoch: this.of(key).epoch };
    const set = this.ghost.get(this.setOf(hash)) ?? [];
    let empty = 0;
    while (empty < 3 && set[empty] !== undefined) empty++;
    for (let place = empty; place > 0; place--) set[place] = set[place - 1] as Remembered;
    set[0] = one;
    this.ghost.set(this.setOf(hash), set);
  }

  private learn(remembered: Remembered): void {
    if (remembered.fromMain) {
      this.grow(-2);
      return;
    }
    if (this.ticksSince(remembered) > 1) return;
    this.near++;
    const pays = this.useful >= (this.near / 8) * Math.min(1, this.target / (this.capacity * 0.1));
    this.grow(pays ? 2 : -2);
  }

  private displace(gap: number): string | undefined {
    for (let look = 0; look < 3 && this.main.length > 0; look++) {
      const key = this.main.at(-1) as string;
      const entry = this.of(key);
      if (this.since(entry.epoch) > gap * (1 + 4 * entry.uses)) return this.drop(this.main);
      entry.uses = Math.max(0, entry.uses - 1);
      this.main.unshift(this.main.pop() as string);
    }
    return undefined;
  }

  private fromSmall(): string {
    while (this.small.length > 0) {
      const key = this.small.at(-1) as string;
      const entry = this.of(key);
      const uses = this.left-- > 0 ? entry.uses : 0;
      if (uses > 0) this.useful++;
      if (uses >= 2) {
        this.promote(key, entry);
        if (this.small.length < this.target) return this.fromMain();
      } else if (uses === 1 && this.small.length > 1) {
        entry.uses = 0;
        this.small.unshift(this.small.pop() as string);
      } else {
        const oldest = this.main.at(-1);
        if (oldest === undefined || this.since(this.of(oldest).epoch) < 32) return this.drop(this.small);
        this.idleSeen++;
        if (this.idleSeen % 2 === 1) {
          this.main.unshift(this.main.pop() as string);
          return this.drop(this.small);
        }
        const dropped = this.drop(this.main);
        this.promote(key, entry);
        return dropped;
      }
    }
    return this.fromMain();
  }

  private fromMain(): string {
    for (;;) {
      const entry = this.of(this.main.at(-1) as string);
      if (entry.uses === 0 || this.left-- <= 0) return this.drop(this.main);
      entry.uses--;
      this.main.unshift(this.main.pop() as string);
    }
  }

  private promote(key: string, entry: Entry): void {
    this.small.pop();
    entry.uses = 0;
    this.main.unshift(key);
  }

  private drop(queue: string[]): string {
    const key = queue.at(-1) as string;
    this.remember(key, queue === this.main);
    queue.pop();
    this.entries.delete(key);
    return key;
  }
}
