import { Cache } from '@cache/core';
import { cached, cacheEvict, invalidateAfter } from '@cache/decorators';
import { memoryBackend } from '@cache/memory';
import { convert, type Rates, readRates, reads, temperature, writeRates } from './sources.ts';

const cache = new Cache<unknown>({ backend: memoryBackend(), ttl: '10m' });

// The key is a function of the arguments, and the compiler knows them.
const rates = cached(cache, { key: (base) => `rates:${base}`, ttl: '1h' }, readRates);

// A writer that is tied to its reader: the entry of the same base goes once the write has succeeded.
const setRate = invalidateAfter(rates, { args: (base) => [base] })(writeRates);

// Without a key it is the name of the function and all of its arguments.
const price = cached(cache, { tags: ['prices'] }, async function price(amount: number, from: string, to: string) {
  const table: Rates = await rates(from);
  return convert(amount, table, to);
});

const reprice = cacheEvict(cache, { tags: ['prices'] })(async (): Promise<string> => 'all prices forgotten');

// The result decides how long it is good for, and whether it is kept at all.
const weather = cached(
  cache,
  {
    key: (station) => `weather:${station.toLowerCase()}`,
    ttl: (reading) => (reading.stormy ? '1m' : '15m'),
    unless: (reading) => Number.isNaN(reading.celsius),
  },
  temperature,
);

async function main(): Promise<void> {
  const together = await Promise.all(Array.from({ length: 100 }, () => rates('EUR')));
  console.log(`100 callers of rates('EUR'): ${new Set(together).size} answer, ${reads.rates} read`);

  console.log(`price(10, 'EUR', 'USD'): ${await price(10, 'EUR', 'USD')}`);
  await setRate('EUR', 'USD', 2);
  console.log(`after setRate, still: ${await price(10, 'EUR', 'USD')}`);
  console.log(`${await reprice()}: ${await price(10, 'EUR', 'USD')}, ${reads.rates} reads`);

  const oslo = await weather('OSLO');
  console.log(`weather('OSLO'): ${oslo.celsius} °C; key ${weather.keyFor('OSLO')}, ${reads.stations} asked`);
  await weather('oslo');
  console.log(`weather('oslo'): the same entry, ${reads.stations} asked`);
  console.log(`kept for ${Math.round(Number(await cache.ttl('weather:oslo')) / 60_000)} minutes`);
  await weather('Nowhere');
  console.log(`peek at what was not kept: ${await weather.peek('Nowhere')}`);

  console.log(
    `invalidate: ${await weather.invalidate('Oslo')}, refresh: ${(await weather.refresh('Oslo')).celsius} °C`,
  );
  const { hits, misses, loads } = cache.stats();
  console.log(`${hits} hits, ${misses} misses, ${loads} loads`);
}

await main();
await cache.close();
