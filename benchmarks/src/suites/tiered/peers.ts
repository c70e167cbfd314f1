import type { RedisServer } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { Keyv } from 'keyv';

export function redisConnection({ address }: Pick<RedisServer, 'address'>): Redis {
  return new Redis({ ...address });
}

/** A store of Keyv on ioredis: its own client for Redis is another library, and a near hit never gets there. */
export function keyvOnRedis(server: Pick<RedisServer, 'address'>): { keyv: Keyv; disconnect(): void } {
  const redis = redisConnection(server);
  redis.on('error', () => {}); // it connects again by itself
  const store = {
    get: async (key: string) => (await redis.get(key)) ?? undefined,
    set: async (key: string, value: string, ttl?: number) =>
      (ttl === undefined ? await redis.set(key, value) : await redis.set(key, value, 'PX', ttl)) === 'OK',
    delete: async (key: string) => (await redis.del(key)) > 0,
    clear: async () => {},
  };
  return { keyv: new Keyv({ store }), disconnect: () => redis.disconnect() };
}
