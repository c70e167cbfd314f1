import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheBackendError } from '@cache/core';
import { type RedisServer, startRedis, startRedisCluster } from '@cache-internal/lab';
import { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisBackend } from '../../src/index.ts';
import { noise } from '../noise.ts';
import { surviving, TIMEOUT } from './under-load.ts';

let server: RedisServer;
let admin: Redis;
const start = async (port?: number): Promise<void> => {
  server = await startRedis({ listen: 'tcp', port });
  admin?.disconnect();
  admin = new Redis({ ...server.address, retryStrategy: () => 20, maxRetriesPerRequest: null });
  admin.on('error', () => {});
  await admin.ping();
};
beforeAll(() => start());
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

const lost = ['TIMEOUT', 'CONNECTION', 'OUTCOME_UNKNOWN'];
const port = (): number => ('port' in server.address ? server.address.port : 0);
const fault = (what: Parameters<typeof surviving>[2]): ReturnType<typeof surviving> =>
  surviving({ url: server.url }, () => admin, what);

const until = (holds: () => Promise<boolean>): Promise<unknown> =>
  expect.poll(holds, { timeout: 10_000, interval: 20 }).toBe(true);
/** What a backend that is started now says. */
async function startFailure(at: number): Promise<string> {
  const backend = redisBackend({ host: '127.0.0.1', port: at, logger: { warn: () => {} } });
  const said = await backend.start().then(
    () => '',
    (error: CacheBackendError) => `${error.code} ${error.message}`,
  );
  await backend.close();
  return said;
}

describe('while the server fails, every operation settles in time and the cache is back soon after', () => {
  it('SIGSTOP', async () => {
    const seen = await fault({
      begin: () => server.process.signal('SIGSTOP'),
      end: () => server.process.signal('SIGCONT'),
      codes: lost,
    });
    expect(seen.warnings).toHaveLength(1);
  });

  it('SIGKILL, and back on the same port', async () => {
    const at = port();
    await fault({
      async begin() {
        server.process.signal('SIGKILL');
        await server.process.exited;
        await server.stop();
      },
      end: () => start(at),
      codes: lost,
      heals: 1000, // starting the server included
    });
  });

  it('SIGKILL, and not back: every operation fails at once, with one warning, and close leaves nothing', async () => {
    const own = await startRedis({ listen: 'tcp' });
    const warnings: string[] = [];
    const logger = { warn: (message: string) => void warnings.push(message) };
    const backend = redisBackend({ url: own.url, timeout: TIMEOUT, observe: ['x:'], logger });
    await backend.start();
    await backend.set('k', 'v');
    own.process.signal('SIGKILL');
    await own.stop();
    const took: number[] = [];
    for (let i = 0; i < 50; i++) {
      for (const operation of [() => backend.get('k'), () => backend.set('k', 'x'), () => backend.delete('k')]) {
        const began = performance.now();
        await expect(Promise.resolve(operation())).rejects.toMatchObject({ name: 'CacheConnectionError' });
        took.push(performance.now() - began);
      }
      await sleep(10);
    }
    took.sort((a, b) => a - b);
    expect(took[Math.floor(took.length * 0.9)]).toBeLessThan(TIMEOUT);
    expect(took.at(-1)).toBeLessThan(2 * TIMEOUT + noise());
    expect(warnings).toHaveLength(1);
    await backend.close();
  });

  it('LOADING, after a restart with data on disk: refused at once, start says so, and served as soon as it has loaded', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'cache-loading-'));
    let own = await startRedis({ listen: 'tcp', args: ['--dir', directory] });
    const at = own.address as { readonly host: string; readonly port: number }; // it listens on TCP
    const ownAdmin = new Redis({ ...at, retryStrategy: () => 20, maxRetriesPerRequest: null });
    ownAdmin.on('error', () => {});
    try {
      let restarted: Promise<RedisServer> | undefined;
      const seen = await surviving({ url: own.url }, () => ownAdmin, {
        async begin() {
          const pipeline = ownAdmin.pipeline();
          for (let i = 0; i < 1000; i++) pipeline.set(`loading:${i}`, 'x'.repeat(100));
          await pipeline.exec();
          await ownAdmin.save();
          own.process.signal('SIGKILL');
          await own.stop();
          const slowly = ['--key-load-delay', '1000', '--loading-process-events-interval-bytes', '1024'];
          restarted = startRedis({ listen: 'tcp', port: at.port, args: ['--dir', directory, ...slowly] });
          await until(async () => /LOADING/.test(await startFailure(at.port)));
        },
        async end() {
          if (restarted !== undefined) own = await restarted;
        },
        codes: lost,
      });
      expect(seen.failures.get('CONNECTION')).toBeGreaterThan(10);
    } finally {
      ownAdmin.disconnect();
      await own.stop();
      await rm(directory, { recursive: true });
    }
  });

  it('LOADING, of a replica that gets the data of another: refused at once on the connection that is there', async () => {
    const other = await startRedis({ listen: 'tcp' });
    const primary = new Redis({ ...other.address });
    const pipeline = primary.pipeline();
    for (let i = 0; i < 3000; i++) pipeline.set(`loading:${i}`, 'x'.repeat(100));
    await pipeline.exec();
    await primary.config('SET', 'repl-diskless-sync-delay', '0');
    const { port: from } = other.address as { port: number }; // it listens on TCP
    try {
      const seen = await fault({
        async begin() {
          await admin.config('SET', 'key-load-delay', '500');
          await admin.config('SET', 'loading-process-events-interval-bytes', '1024');
          await admin.replicaof('127.0.0.1', from);
          await until(async () => /loading:1/.test(await admin.info('persistence')));
        },
        async end() {
          await admin.config('SET', 'key-load-delay', '0');
          // Refused as long as it loads, which it may do once more when the link to its primary broke meanwhile.
          await until(() =>
            admin.replicaof('NO', 'ONE').then(
              () => true,
              () => false,
            ),
          );
        },
        codes: ['LOADING', 'READONLY', ...lost],
      });
      expect(seen.failures.get('LOADING')).toBeGreaterThan(10);
    } finally {
      primary.disconnect();
      await other.stop();
    }
  });

  it('CLUSTERDOWN, for want of one slot: refused at once, and served again when the cluster is whole', async () => {
    await using cluster = await startRedisCluster();
    const clusterAdmin = new Cluster([...cluster.addresses]);
    const nodes = cluster.addresses.map((address) => new Redis({ ...address }));
    const slot = '8000'; // the second of the three has it
    const each = (...command: [string, string, ...string[]]): Promise<unknown> =>
      Promise.all(nodes.map((node) => node.call(...command)));
    try {
      const seen = await surviving({ url: cluster.url }, () => clusterAdmin, {
        begin: () => each('CLUSTER', 'DELSLOTS', slot),
        async end() {
          await nodes[1]?.call('CLUSTER', 'ADDSLOTS', slot);
          await until(async () => !String(await each('CLUSTER', 'INFO')).includes('cluster_state:fail'));
        },
        codes: ['CLUSTERDOWN', ...lost],
        heals: 1000,
      });
      expect(seen.failures.get('CLUSTERDOWN')).toBeGreaterThan(10);
    } finally {
      for (const node of nodes) node.disconnect();
      clusterAdmin.disconnect();
    }
  });

  it('a right that is taken away: NOPERM, and served again when it is given back', async () => {
    await admin.call('ACL', 'SETUSER', 'app', 'on', '>pw', '~*', '&*', '+@all');
    const seen = await surviving({ url: server.url.replace('//', '//app:pw@') }, () => admin, {
      begin: () => admin.call('ACL', 'SETUSER', 'app', '-set', '-evalsha', '-eval'),
      end: () => admin.call('ACL', 'SETUSER', 'app', '+@all'),
      codes: ['NOPERM'],
    });
    expect(seen.failures.get('NOPERM')).toBeGreaterThan(10);
  });

  it('CLIENT PAUSE of everything', () =>
    fault({ begin: () => admin.call('CLIENT', 'PAUSE', '700', 'ALL'), end: () => sleep(10), codes: lost }));

  it('CLIENT PAUSE of writes: reads go on', async () => {
    await fault({ begin: () => admin.call('CLIENT', 'PAUSE', '700', 'WRITE'), end: () => sleep(10), codes: lost });
  });

  it('CLIENT KILL of every connection', () =>
    fault({
      begin: () => admin.call('CLIENT', 'KILL', 'TYPE', 'normal'),
      end: () => admin.call('CLIENT', 'KILL', 'TYPE', 'normal'),
      codes: lost,
    }));

  it('REPLICAOF: writes are refused, and reads go on', async () => {
    const seen = await fault({
      begin: () => admin.replicaof('127.0.0.1', 1),
      end: () => admin.replicaof('NO', 'ONE'),
      codes: ['READONLY', ...lost],
    });
    expect(seen.failures.get('READONLY')).toBeGreaterThan(10);
    expect(seen.failures.get('TIMEOUT') ?? 0).toBe(0);
  });

  it('maxmemory: writes are refused, reads and deletes go on', async () => {
    const seen = await fault({
      begin: () => admin.config('SET', 'maxmemory', 1),
      end: () => admin.config('SET', 'maxmemory', 0),
      codes: ['OOM'],
    });
    expect(seen.failures.get('OOM')).toBeGreaterThan(10);
  });

  it('a password that is required from now on, for new connections', async () => {
    const seen = await fault({
      async begin() {
        await admin.config('SET', 'requirepass', 'hunter2');
        await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      },
      end: () => admin.config('SET', 'requirepass', ''),
      codes: ['NOAUTH', ...lost],
    });
    expect(seen.warnings.join()).toMatch(/NOAUTH/);
    expect(seen.warnings.join()).not.toMatch(/hunter2/);
  });

  it('SCRIPT FLUSH, again and again: nobody notices', async () => {
    let flushing: NodeJS.Timeout | undefined;
    const seen = await fault({
      begin: () => {
        flushing = setInterval(() => admin.script('FLUSH').catch(() => {}), 10);
      },
      end: () => clearInterval(flushing),
      codes: [],
    });
    expect(seen.failures.size).toBe(0);
  });

  it('FLUSHALL, again and again: misses, and nothing fails', async () => {
    let flushing: NodeJS.Timeout | undefined;
    await fault({
      begin: () => {
        flushing = setInterval(() => admin.flushall().catch(() => {}), 10);
      },
      end: () => clearInterval(flushing),
      codes: [],
    });
  });

  it('eviction under us: misses, and nothing fails', async () => {
    const used = Number(/used_memory:(\d+)/.exec(await admin.info('memory'))?.[1]);
    let filling: NodeJS.Timeout | undefined;
    await fault({
      async begin() {
        await admin.config('SET', 'maxmemory-policy', 'allkeys-random');
        await admin.config('SET', 'maxmemory', used + 1_000_000);
        filling = setInterval(() => void admin.set(`fill:${randomUUID()}`, 'x'.repeat(100_000)).catch(() => {}), 5);
      },
      async end() {
        clearInterval(filling);
        await admin.config('SET', 'maxmemory', 0);
        await admin.config('SET', 'maxmemory-policy', 'noeviction');
        await admin.flushall();
      },
      codes: ['OOM'],
    });
  });

  it('an event loop of ours that stood still for two seconds is no timeout: the replies are there', async () => {
    const seen = await fault({
      begin: () => {
        const end = performance.now() + 2000;
        while (performance.now() < end);
      },
      end: () => {},
      lasts: 100,
      codes: [],
      stalls: 2000,
    });
    expect(seen.failures.size).toBe(0);
  });
});
