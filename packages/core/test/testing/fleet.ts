import { Cache } from '../../src/index.ts';
import { seededRandom } from '../../src/testing/faults/random.ts';
import {
  type FaultChances,
  faultyBackend,
  type Happening,
  inMemoryServer,
  type KeyOperation,
  type ServerBackend,
} from '../../src/testing/index.ts';

type Operation = KeyOperation<number>;

export interface Fleet {
  readonly processes: number;
  readonly callsEach: number;
  readonly seed: number;
  readonly chance?: FaultChances;
  /** What is wrong with the server. @default nothing */
  readonly spoil?: (connection: ServerBackend<number>) => Partial<ServerBackend<number>>;
  /** How a process reads through: the library's way, or one under suspicion. */
  readonly readThrough?: (cache: Cache<number>, key: string, load: () => Promise<number>) => Promise<number>;
}

const keys = ['a', 'b', 'c'];

/**
 * What processes that share a server see of three keys, each reading through, writing and removing at random while every
 * request, reply and message of every other takes a random time. The sources of the keys change meanwhile, and who
 * changes one removes its entry afterwards.
 */
export async function historyOf({
  processes,
  callsEach,
  seed,
  chance,
  spoil = () => ({}),
  readThrough = viaGetOrSet,
}: Fleet): Promise<Map<string, Happening<Operation>[]>> {
  const random = seededRandom(seed);
  const pick = (n: number): number => Math.floor(random() * n);
  const turns = async (): Promise<void> => {
    for (let left = pick(5); left > 0; left--) await new Promise(setImmediate);
  };
  let time = 0;
  let value = 0;
  const source = new Map(keys.map((key) => [key, 0]));
  const happened = new Map<string, Happening<Operation>[]>(keys.map((key) => [key, []]));
  const record = (about: readonly string[], operation: Operation, called: number, returned: number): void => {
    for (const key of about) happened.get(key)?.push({ operation, called, returned });
  };

  const server = inMemoryServer<number>();
  const act = async (cache: Cache<number>): Promise<void> => {
    const key = keys[pick(keys.length)] as string;
    const called = ++time;
    const attempt = async <T>(
      about: readonly string[],
      call: Promise<T>,
      operationOf: (answer: T) => Operation,
      unanswered?: () => Operation | undefined,
    ): Promise<void> => {
      try {
        const answer = await call;
        record(about, operationOf(answer), called, ++time);
      } catch {
        const operation = unanswered?.();
        if (operation !== undefined) record(about, operation, called, Infinity);
      }
    };
    const remove = { do: 'remove' } as const;
    switch (pick(10)) {
      case 0:
        return attempt([key], cache.get(key), (found) => ({ do: 'get', value: found }));
      case 1: {
        const written = ++value;
        const set = { do: 'set', value: written, stored: true } as const;
        return attempt(
          [key],
          cache.set(key, written, { tags: ['t'] }),
          () => set,
          () => set,
        );
      }
      case 2:
        return attempt(
          [key],
          cache.delete(key),
          () => remove,
          () => remove,
        );
      case 3:
        return attempt(
          keys,
          cache.clear(),
          () => remove,
          () => remove,
        );
      case 4:
        return attempt(
          keys,
          cache.invalidateTags(['t']),
          () => remove,
          () => remove,
        );
      case 5: {
        source.set(key, ++value);
        record([key], { do: 'change', value }, called, ++time);
        const later = ++time;
        try {
          await cache.delete(key);
          record([key], remove, later, ++time);
        } catch {
          record([key], remove, later, Infinity);
        }
        return;
      }
      default: {
        let loaded: number | undefined;
        const load = async (): Promise<number> => {
          loaded = source.get(key) as number;
          await turns();
          return loaded;
        };
        const unanswered = (): Operation | undefined =>
          loaded === undefined ? undefined : { do: 'getOrSet', value: loaded };
        return attempt(
          [key],
          readThrough(cache, key, load),
          (answer) => ({ do: 'getOrSet', value: answer }),
          unanswered,
        );
      }
    }
  };
  await Promise.all(
    Array.from({ length: processes }, async (_, n) => {
      const connection = server.connect();
      connection.start();
      const line = faultyBackend(Object.assign({ ...connection }, spoil(connection)), {
        step: turns,
        chance,
        seed: seed + n,
      });
      const cache = new Cache<number>({ backend: line });
      const callers = Array.from({ length: 2 }, async () => {
        for (let left = callsEach; left > 0; left--) {
          await act(cache);
          await turns();
        }
      });
      await Promise.all(callers);
      await line.faults.idle();
    }),
  );
  return happened;
}

function viaGetOrSet(cache: Cache<number>, key: string, load: () => Promise<number>): Promise<number> {
  return cache.getOrSet(key, load, { tags: ['t'] });
}
