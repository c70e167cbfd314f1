import {
  type Awaitable,
  type CapableBackend,
  type Entry,
  isCacheError,
  serialized,
  tiered,
  type WriteOptions,
} from '@cache/core';
import { faultyBackend, inMemoryServer, manualClock, type ServerBackend } from '@cache/core/testing';
import fc from 'fast-check';
import { type Action, type How, stages } from './actions.ts';
import { type Key, keys, type Place, Record } from './record.ts';
import { SignalLine } from './signal-line.ts';

export const maxStaleness = 1_000;
const same = { name: 'same', serialize: (value: number) => value, deserialize: (wire: number) => wire };

type Tier = CapableBackend<number> &
  Required<Pick<CapableBackend<number>, 'acquire' | 'release' | 'invalidateTags'>> & {
    getEntry: { lastKnown(key: string): Awaitable<Entry<number> | undefined> };
  };

interface Process {
  readonly line: SignalLine;
  /** Two caches above one pair of tiers. */
  readonly views: readonly [Tier, Tier];
  fault(): void;
  /** How far the server had come when it carried out the oldest `operation` of this process that is not yet accounted for. */
  carriedOut(operation: string): Place | undefined;
}

/** Processes that share a server, and somebody who writes to it past them; `turn` decides what happens when. */
class World {
  readonly clock = manualClock();
  readonly record: Record = new Record(this.clock, maxStaleness);
  readonly #turn: (label: string) => Promise<void>;
  readonly #server = inMemoryServer<number>({ clock: this.clock });
  readonly #foreign = this.#server.connect();
  readonly #processes: readonly Process[];
  #value = 0;

  constructor(processes: number, turn: (label: string) => Promise<void>) {
    this.#turn = turn;
    this.#processes = Array.from({ length: processes }, (_, process) => this.#process(process));
  }

  /** Notes what the server holds, after anything that may have changed it. */
  #note(): void {
    for (const key of keys) {
      const found = this.#foreign.get(key);
      this.record.holds(key, found.hit ? found.value : undefined);
    }
  }

  #process(process: number): Process {
    const connection = this.#server.connect();
    connection.start();
    const done = new Map<string, Place[]>();
    const carriedOut = new Proxy(connection, {
      get: (target, name: keyof ServerBackend<number>) => {
        const method = target[name];
        if (typeof method !== 'function') return method;
        return (...args: readonly unknown[]) => {
          const answer = Reflect.apply(method, target, args);
          this.#note();
          done.set(name, [...(done.get(name) ?? []), this.record.place]);
          return answer;
        };
      },
    });
    const far = faultyBackend(carriedOut, { step: ({ operation, phase }) => this.#turn(`${operation} ${phase}`) });
    const line = new SignalLine(connection, this.clock, maxStaleness, {
      turn: this.#turn,
      sent: (message) => {
        this.#note();
        const { place } = this.record;
        const untold = 'signal' in message && message.signal === 'lost';
        return () => this.record.knows(process, place, keys, untold);
      },
    });
    const heard: CapableBackend<number> = { ...far, onInvalidate: line.onInvalidate };
    const near = inMemoryServer<number>({ clock: this.clock }).connect();
    const tiers = tiered<number>(near, heard, { clock: this.clock, maxStaleness });
    return {
      line,
      // both have what the server below has
      views: [tiers as Tier, serialized<number, number>(tiers, same) as Tier],
      fault: () => far.faults.script('any', this.#value % 2 === 0 ? 'error' : 'lostReply'),
      carriedOut: (operation) => done.get(operation)?.shift(),
    };
  }

  async act(one: Action, process: number): Promise<void> {
    const { line, views, fault } = this.#processes[process] as Process;
    const tier = views['again' in one && one.again ? 1 : 0];
    const { record } = this;
    const fresh = (freshFor: number | null | undefined): boolean => freshFor === null || (freshFor ?? 0) > 0;
    switch (one.do) {
      case 'get': {
        const answered = record.begin(process, one.key);
        const found = await tier.get(one.key);
        return answered(found.hit ? found.value : undefined);
      }
      case 'entry': {
        const answered = record.begin(process, one.key);
        const entry = await tier.getEntry(one.key);
        return answered(fresh(entry?.freshFor) ? entry?.value : undefined);
      }
      case 'known': {
        const answered = record.begin(process, one.key, true);
        const entry = await tier.getEntry.lastKnown(one.key);
        if (entry === undefined) return;
        if (fresh(entry.freshFor)) throw new Error('expected what was last known to be stale, got a fresh entry');
        return answered(entry.value);
      }
      case 'has':
      case 'ttl': {
        const answered = record.begin(process, one.key);
        const there = one.do === 'has' ? await tier.has(one.key) : (await tier.ttl(one.key)) !== undefined;
        return there ? undefined : answered(undefined);
      }
      case 'many':
      case 'entries': {
        const answered = keys.map((key) => record.begin(process, key));
        const found = new Map<string, number>();
        if (one.do === 'many') for (const [key, value] of await tier.getMany(keys)) found.set(key, value);
        else
          for (const [key, entry] of await tier.getEntries(keys))
            if (fresh(entry.freshFor)) found.set(key, entry.value);
        for (const [i, key] of keys.entries()) answered[i]?.(found.get(key));
        return;
      }
      case 'set': {
        const value = this.#fresh();
        return this.#change(process, 'set', [one.key], () => tier.set(one.key, value, this.#options(value, one.how)));
      }
      case 'setMany': {
        const pairs = keys.map((key) => [key, this.#fresh()] as const);
        const [options] = pairs.map(([, value]) => this.#options(value, one.how));
        return this.#change(process, 'setMany', keys, () => tier.setMany(pairs, options));
      }
      case 'delete':
        return this.#change(process, 'delete', [one.key], () => tier.delete(one.key));
      case 'expire': {
        record.moves();
        return this.#change(process, 'expire', [], () => tier.expire(one.key, 80));
      }
      case 'clear':
        return this.#change(process, 'clear', keys, () => tier.clear());
      case 'tags':
        return this.#change(process, 'invalidateTags', [], () => tier.invalidateTags(['red']));
      case 'load': {
        const answered = record.begin(process, one.key);
        const { lease, entry } = await tier.acquire(one.key, 10_000);
        if (lease === undefined)
          return entry !== undefined && fresh(entry.freshFor) ? answered(entry.value) : undefined;
        await this.#turn('loader');
        await tier.set(one.key, this.#fresh(), { lease, ttl: 300 });
        return;
      }
      case 'foreign set':
        this.#foreign.set(one.key, this.#fresh());
        return this.#note();
      case 'foreign delete':
        this.#foreign.delete(one.key);
        return this.#note();
      case 'foreign tags':
        this.#foreign.invalidateTags(['red']);
        return this.#note();
      case 'foreign clear':
        this.#foreign.clear();
        return this.#note();
      case 'fault':
        return fault();
      case 'pass':
        this.clock.advance(one.ms);
        return this.#note();
      case 'beat':
        return line.beat();
      case 'silence':
        return line.silence();
      case 'break':
        return line.break();
      case 'restore':
        return line.restore();
    }
  }

  /** Makes a change; once it is acknowledged, this process knows of it. */
  async #change(process: number, operation: string, about: readonly Key[], make: () => unknown): Promise<void> {
    await make();
    const place = this.#processes[process]?.carriedOut(operation);
    if (place === undefined) return;
    this.record.knows(process, place, about);
    if (operation === 'invalidateTags') this.record.bans(process, place);
  }

  #options(value: number, how: How): WriteOptions {
    if (how === 'tagged') {
      this.record.tags(value);
      return { tags: ['red'] };
    }
    if (how === 'plain') return {};
    const staleFor = how === 'window' ? 200 : 0;
    this.record.lives(value, 100, staleFor);
    return { ttl: 100, staleFor };
  }

  #fresh(): number {
    return ++this.#value;
  }
}

async function play(
  scheduler: fc.Scheduler,
  stages: readonly (readonly Action[])[],
  choose: () => number,
): Promise<string[]> {
  const world = new World(2, async (label) => {
    await scheduler.schedule(Promise.resolve(), label);
  });
  const failures: unknown[] = [];
  let unsettled = 0;
  for (const stage of stages) {
    for (const one of stage) {
      unsettled++;
      void scheduler
        .schedule(Promise.resolve(), `begin ${one.do}`)
        .then(() => world.act(one, choose() % 3 === 0 ? 1 : 0))
        .catch((error: unknown) => {
          if (!isCacheError(error)) failures.push(error);
        })
        .finally(() => unsettled--);
    }
    await scheduler.waitIdle();
  }
  if (failures.length > 0) throw failures[0];
  if (unsettled > 0) return [`${unsettled} operations never settled`];
  return world.record.violations();
}

/** Every order in which what is done and what it causes can happen, and nothing that breaks the guarantee. */
export function everySchedule(happens = stages): fc.IAsyncProperty<unknown> {
  return fc.asyncProperty(
    fc.scheduler(),
    happens,
    fc.infiniteStream(fc.nat(1_000)),
    async (scheduler, all, choices) => {
      const wrong = await play(scheduler, all, () => choices.next().value as number);
      if (wrong.length > 0) throw new Error(wrong.join('\n'));
    },
  ) as fc.IAsyncProperty<unknown>;
}
