import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis } from '@cache-internal/lab';
import { Catalogue } from './catalogue.ts';
import { Load, type Second } from './load.ts';

/** Redis works, stands still, works, is killed, comes back empty, works: each for `ms`. */
export async function outage(ms: number, tell: (second: Second) => void): Promise<readonly Second[]> {
  let redis = await startRedis({ listen: 'tcp' });
  const { port } = redis.address as { port: number }; // it listens on TCP
  const catalogue = new Catalogue(redis.url);
  const load = new Load(catalogue);
  await catalogue.cache.start();
  try {
    load.begin(tell);
    await sleep(ms);
    load.redis = 'frozen';
    redis.process.signal('SIGSTOP');
    await sleep(ms);
    redis.process.signal('SIGCONT');
    load.redis = 'up';
    await sleep(ms);
    load.redis = 'killed';
    await redis.stop();
    await sleep(ms);
    redis = await startRedis({ listen: 'tcp', port });
    load.redis = 'up';
    await sleep(ms);
    await load.end();
    return load.seconds;
  } finally {
    await load.end();
    await catalogue.cache.close();
    await redis.stop();
  }
}
