import type { Cache } from '@cache/core';
import { cached, cacheEvict, entityCache } from '@cache/decorators';
import { z } from 'zod';
import type { Customer, Revenue, Shop } from './database.ts';

const CustomerSchema = z.object({ id: z.number(), name: z.string(), city: z.string() });

/** What the routes ask for: queries behind a cache, and writes that take out what they make old. */
export interface Service {
  customer(id: number): Promise<Customer | undefined>;
  customers(ids: readonly number[]): Promise<(Customer | undefined)[]>;
  revenue(): Promise<Revenue[]>;
  rename(id: number, name: string): Promise<void>;
  order(customer: number, cents: number): Promise<number>;
}

export function makeService(shop: Shop, cache: Cache<unknown>): Service {
  const customers = entityCache({
    name: 'customer',
    key: ({ id }: { id: number }) => id,
    cache,
    schema: CustomerSchema,
    ttl: '10m',
  });
  return {
    customer: customers.cached(async (id: number) => shop.customer(id), { args: (id) => ({ id }) }),
    // However many are missing, they make one query.
    customers: (ids) =>
      customers.getOrSetMany(
        ids.map((id) => ({ id })),
        (missing) => shop.customers(missing.map(({ id }) => id)),
      ),
    revenue: cached(cache, { key: 'revenue', ttl: '1m', tags: ['orders'] }, async () => shop.revenueByCity()),
    rename: customers.invalidateAfter(async (id: number, name: string) => shop.rename(id, name), {
      args: (id) => ({ id }),
    }),
    order: cacheEvict(cache, { tags: ['orders'] })(async (customer: number, cents: number) =>
      shop.order(customer, cents),
    ),
  };
}
