import { Cache, type Clock, isCacheError, type LoadOptions } from '@cache/core';
import { faultyBackend, inMemoryServer, type ServerBackend } from '@cache/core/testing';
import fc from 'fast-check';
import { vi } from 'vitest';
import { flightTable } from '../../src/loads/flight-table.ts';
import { type Call, History } from './history.ts';
import { type Action, action, dense, type How, isCalm } from './schedule-actions.ts';

export interface World {
  /** Processes that share the server; more than one needs leases. */
  readonly processes: number;
  readonly leases: boolean;
}

const options: Record<How, LoadOptions> = {
  plain: {},
  signal: {},
  stale: { ttl: 100, staleWhileRevalidate: 200 },
  soft: { ttl: 100, staleIfError: 200, timeout: { soft: 20 } },
  refresh: { refresh: true },
  ahead: { ttl: 100, refreshAhead: 0.5 },
};

/**
 * Runs `actions`, each by a process of its own choice, every request, reply, message, loader step and start of an action
 * released by `scheduler`; time passes only where nothing else can. @returns what is wrong with the history
 */
async function play(
  scheduler: fc.Scheduler,
  actions: readonly Action[],
  world: World,
  choose: (n: number) => number,
): Promise<string[]> {
  vi.useFakeTimers();
  try {
    const clock: Clock = { now: () => performance.now() };
    const server = inMemoryServer<number>({ clock });
    const truth = server.connect();
    const history = new History();
    let unsettled = 0;
    const turn = async (label: string): Promise<void> => {
      await scheduler.schedule(Promise.resolve(), label);
    };
    const processes = Array.from({ length: world.processes }, () => {
      const connection = world.leases ? server.connect() : withoutLeases(server.connect());
      const backend = faultyBackend(connection, { step: (step) => turn(`${step.operation} ${step.phase}`) });
      return {
        backend,
        cache: new Cache<number>({ backend, logger: { warn: () => {} } }),
        signals: [] as AbortController[],
      };
    });
    const run = async (call: Call, operation: () => Promise<void>, mayLeave = false): Promise<void> => {
      try {
        await operation();
        call.returned = history.tick();
      } catch (error) {
        // A change that failed may have happened or not: it forbids nothing and excuses everything.
        const excused = isCacheError(error) || error instanceof SourceError || (mayLeave && error instanceof Gone);
        if (!excused) throw error;
      }
    };
    const loader =
      (process: number, since: number, name: string, decided: readonly string[], fail: boolean) =>
      async (context: { readonly signal: AbortSignal; tags(...tags: string[]): void }) => {
        const load = {
          process,
          key: name,
          tags: decided,
          value: history.freshValue(),
          began: history.tick(),
          since,
          ended: Number.POSITIVE_INFINITY,
          failed: false,
        };
        history.loads.push(load);
        await turn(`load ${name}`);
        context.signal.throwIfAborted();
        context.tags(...decided);
        load.ended = history.tick();
        if (!fail) return load.value;
        load.failed = true;
        throw new SourceError('source down');
      };
    const act = async (one: Action, index: number): Promise<void> => {
      const process = choose(world.processes);
      const { cache, backend, signals } = processes[process] as (typeof processes)[number];
      if (one.do === 'pass') {
        await vi.advanceTimersByTimeAsync(one.ms);
      } else if (one.do === 'fault') {
        backend.faults.script('any', index % 2 === 0 ? 'error' : 'lostReply');
      } else if (one.do === 'abort') {
        for (const signal of signals.splice(0)) signal.abort(new Gone('caller left'));
      } else if (one.do === 'getOrSet') {
        const refresh = one.how === 'refresh';
        const call = history.begin({ process, kind: 'getOrSet', keys: [one.key], tags: [], refresh });
        let own = options[one.how];
        if (one.how === 'signal') {
          const abort = new AbortController();
          signals.push(abort);
          own = { signal: abort.signal };
        }
        await run(
          call,
          async () => {
            call.answers.set(
              one.key,
              await cache.getOrSet(one.key, loader(process, call.called, one.key, one.tags, one.fail), own),
            );
          },
          one.how === 'signal',
        );
      } else if (one.do === 'many') {
        const call = history.begin({ process, kind: 'many', keys: one.keys, tags: [] });
        await run(call, async () => {
          const values = await cache.getOrSetMany(one.keys, async (keys, context) => {
            const wanted = one.leaveOut ? keys.slice(1) : keys;
            const loaded = await Promise.all(
              wanted.map(
                async (name) =>
                  [
                    name,
                    await loader(
                      process,
                      call.called,
                      name,
                      ['red'],
                      false,
                    )({
                      signal: context.signal,
                      tags: (...more) => context.tags(name, ...more),
                    }),
                  ] as const,
              ),
            );
            return loaded;
          });
          for (const [name, value] of values) call.answers.set(name, value);
        });
      } else if (one.do === 'get') {
        const call = history.begin({ process, kind: 'get', keys: [one.key], tags: [] });
        await run(call, async () => {
          const found = await cache.lookup(one.key);
          if (found.hit) call.answers.set(one.key, found.value);
        });
      } else if (one.do === 'set') {
        const wrote = history.freshValue();
        const call = history.begin({ process, kind: 'set', keys: [one.key], tags: one.tags, wrote });
        await run(call, async () => void (await cache.set(one.key, wrote, { tags: one.tags })));
      } else if (one.do === 'delete') {
        const call = history.begin({ process, kind: 'delete', keys: [one.key], tags: [] });
        await run(call, async () => void (await cache.delete(one.key)));
      } else if (one.do === 'clear') {
        const call = history.begin({ process, kind: 'clear', keys: [], tags: [] });
        await run(call, () => cache.clear());
      } else if (one.do === 'tags') {
        const call = history.begin({ process, kind: 'tags', keys: [], tags: one.tags });
        await run(call, async () => void (await cache.invalidateTags(one.tags)));
      } else if (one.do === 'expire') {
        await cache.expire(one.key, 50).catch(() => {});
      }
    };
    const failures: unknown[] = [];
    for (const [index, one] of actions.entries()) {
      unsettled++;
      void scheduler
        .schedule(Promise.resolve(), `begin ${one.do}`)
        .then(() => act(one, index))
        .catch((error: unknown) => failures.push(error))
        .finally(() => unsettled--);
    }
    await drain(scheduler, () => unsettled === 0);
    await drain(scheduler, () =>
      processes.every(({ backend }) => flightTable(backend).flights.size + flightTable(backend).strays.size === 0),
    );
    if (failures.length > 0) throw failures[0];
    if (unsettled > 0) return [`${unsettled} operations never settled`];
    const left = processes.filter(
      ({ backend }) => flightTable(backend).flights.size + flightTable(backend).strays.size > 0,
    );
    if (left.length > 0) return ['a flight never landed'];
    const stored = new Map<string, number>();
    for (const [name, entry] of truth.getEntries(['a', 'b'])) stored.set(name, entry.value);
    return history.violations(stored, actions.every(isCalm));
  } finally {
    vi.useRealTimers();
  }
}

/** A property over schedules of up to twelve actions in `world`. */
export function everySchedule(world: World): fc.IAsyncProperty<unknown> {
  return fc.asyncProperty(
    fc.scheduler(),
    fc.oneof(
      dense,
      fc.array(action, { minLength: 2, maxLength: 12 }),
      fc.array(action.filter(isCalm), { minLength: 3, maxLength: 8 }),
    ),
    fc.infiniteStream(fc.nat(1_000)),
    async (scheduler, actions, choices) => {
      const wrong = await play(scheduler, actions, world, (n) => (choices.next().value as number) % n);
      if (wrong.length > 0) throw new Error(wrong.join('\n'));
    },
  ) as fc.IAsyncProperty<unknown>;
}

export const worlds: Readonly<Record<string, World>> = {
  'in one process, above a backend without leases': { processes: 1, leases: false },
  'in three processes that share a server with leases': { processes: 3, leases: true },
};

/** Releases what waits until `done`; lets time pass when nothing waits. Gives up after a while that no honest run needs. */
async function drain(scheduler: fc.Scheduler, done: () => boolean): Promise<void> {
  for (let idle = 0; idle < 600 && !done(); ) {
    if (scheduler.count() > 0) {
      await scheduler.waitOne();
      idle = 0;
    } else {
      await vi.advanceTimersByTimeAsync(idle < 5 ? 0 : 100);
      idle++;
    }
  }
}

function withoutLeases<W>(
  backend: ServerBackend<W>,
): Omit<ServerBackend<W>, 'acquire' | 'renew' | 'release' | 'settled'> {
  const { acquire: _a, renew: _n, release: _r, settled: _s, ...rest } = backend;
  return rest;
}

class SourceError extends Error {}
class Gone extends Error {}
