import { createCache } from '@cache/core';
import { openShop } from './database.ts';
import { makeServer } from './server.ts';
import { makeService } from './service.ts';

const cache = await createCache<unknown>(process.env.CACHE_URL ?? 'memory://');
const shop = openShop(500, 50_000);
const server = makeServer(makeService(shop, cache));
server.addHook('onClose', async () => {
  await cache.close();
  shop.close();
});
console.log(`listening on ${await server.listen({ port: Number(process.env.PORT ?? 3000) })}`);
