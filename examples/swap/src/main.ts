import { createCache } from '@cache/core';
import { cacheable, cacheEvict, controls } from '@cache/decorators';

// The only line that knows where entries live. Everything below is the same on a laptop and in production.
const cache = await createCache<unknown>(process.env.CACHE_URL ?? 'memory://');

interface Product {
  readonly id: number;
  readonly name: string;
  readonly price: number;
}

const products = new Map<number, Product>([
  [1, { id: 1, name: 'lamp', price: 30 }],
  [2, { id: 2, name: 'desk', price: 200 }],
]);
let queries = 0;

class Catalogue {
  @cacheable(cache, { key: 'product:{0}', ttl: '5m', tags: (product) => [product === null ? 'unknown' : product.name] })
  async product(id: number): Promise<Product | null> {
    queries++;
    return products.get(id) ?? null;
  }

  @cacheable(cache, { ttl: '1m', tags: ['lists'] })
  async cheaperThan(limit: number): Promise<string[]> {
    queries++;
    return [...products.values()].filter(({ price }) => price < limit).map(({ name }) => name);
  }

  @cacheEvict(cache, { key: 'product:{0}', tags: ['lists'] })
  async setPrice(id: number, price: number): Promise<void> {
    const product = products.get(id);
    if (product === undefined) throw new Error(`no product ${id}`);
    products.set(id, { ...product, price });
  }
}

const catalogue = new Catalogue();
const show = async (what: string, answer: Promise<unknown>): Promise<void> =>
  console.log(`${what}: ${JSON.stringify(await answer)} (${queries} queries so far)`);

await show('product 1', catalogue.product(1));
await show('again', catalogue.product(1));
await show(
  'together',
  Promise.all(Array.from({ length: 50 }, () => catalogue.product(2))).then((all) => all.length),
);
await show('one that is not there', catalogue.product(9));
await show('again', catalogue.product(9));
await show('cheaper than 100', catalogue.cheaperThan(100));
await catalogue.setPrice(1, 150);
await show('after a new price', catalogue.product(1));
await show('cheaper than 100', catalogue.cheaperThan(100));
await show(
  'a failed change',
  catalogue.setPrice(7, 1).catch((error: Error) => error.message),
);
await show('still cached', catalogue.product(2));
await show(
  'removed by tag',
  cache
    .invalidateTags(['desk'])
    .then(() => controls(catalogue, 'product').peek(2))
    .then(String),
);
await show('read anew', catalogue.product(2));
await cache.clear();
await cache.close();
