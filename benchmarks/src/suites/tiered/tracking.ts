import { type RedisServer, startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { measure, measured, versionOf } from '../../harness/index.ts';

interface Tracked {
  readonly server: RedisServer;
  readonly writer: Redis;
  readonly others: readonly Redis[];
}

const KEYS = 10_000;
const WRITES = 20_000;
const key = (i: number): string => `cache:user:${10_000 + (i % KEYS)}`;

/** `listeners` who are told by broadcast, as tiers are, or each of the keys it has read. */
async function setup(listeners: number, mode: 'broadcast' | 'keys'): Promise<Tracked> {
  const server = await startRedis();
  const open = (): Redis => new Redis({ ...server.address, protocol: 2 });
  const writer = open();
  for (let i = 0; i < KEYS; i += 100) await write(writer, i);
  const others: Redis[] = [];
  for (let n = 0; n < listeners; n++) {
    const ear = open();
    const id = String(await ear.call('CLIENT', 'ID'));
    if (mode === 'broadcast') await ear.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id, 'BCAST', 'PREFIX', 'cache:');
    await ear.subscribe('__redis__:invalidate');
    others.push(ear);
    if (mode === 'broadcast') continue;
    const reader = open();
    others.push(reader);
    await reader.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id);
    for (let i = 0; i < KEYS; i += 500) await reader.mget(Array.from({ length: 500 }, (_, j) => key(i + j)));
  }
  return { server, writer, others };
}

async function write(writer: Redis, from: number): Promise<void> {
  const pipeline = writer.pipeline();
  for (let j = 0; j < 100; j++) pipeline.set(key(from + j), 'x', 'PX', 60_000);
  await pipeline.exec();
}

/** What the server counted under `field` of the sections of INFO, for each write. */
async function perWrite({ writer }: Tracked, section: string, fields: readonly string[]): Promise<number> {
  const counted = async (): Promise<number> => {
    const info = await writer.info(section);
    return fields.reduce((sum, field) => sum + Number(new RegExp(`^${field}:(\\S+)`, 'm').exec(info)?.[1]), 0);
  };
  const before = await counted();
  for (let i = 0; i < WRITES; i += 100) await write(writer, i);
  return ((await counted()) - before) / WRITES;
}

const contestants = (value: (state: Tracked) => Promise<number>) =>
  (
    [
      ['nobody listens', 0, 'broadcast'],
      ['1 process, by prefix', 1, 'broadcast'],
      ['50 processes, by prefix', 50, 'broadcast'],
      ['1 process, by keys read', 1, 'keys'],
      ['50 processes, by keys read', 50, 'keys'],
    ] as const
  ).map(([name, listeners, mode]) =>
    measured({
      name,
      version: versionOf('ioredis'),
      // what was told by key is forgotten with that: every round needs its keys read anew
      value: async () => {
        const state = await setup(listeners, mode);
        try {
          return await value(state);
        } finally {
          for (const one of [state.writer, ...state.others]) one.disconnect();
          await state.server.stop();
        }
      },
    }),
  );

export const bytes = measure({
  title: 'what a write makes the server send',
  unit: 'bytes',
  better: 'lower',
  contestants: contestants((state) => perWrite(state, 'stats', ['total_net_output_bytes'])),
  rounds: 1,
});

export const cpu = measure({
  title: 'what a write costs the server',
  unit: 'µs of CPU',
  better: 'lower',
  contestants: contestants(async (state) => 1e6 * (await perWrite(state, 'cpu', ['used_cpu_user', 'used_cpu_sys']))),
  rounds: 3,
});
