import { randomUUID } from 'node:crypto';
import { startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { expect, inject, it } from 'vitest';
import type { Link } from '../src/connection/link.ts';
import { openLink } from '../src/connection/open-link.ts';
import { debtsTo } from '../src/entries/debts.ts';
import { redisBackend } from '../src/index.ts';
import { withoutUrl } from '../src/options-from.ts';
import { serverClock } from '../src/server-clock.ts';
import { whereFrom } from '../src/where.ts';

const { url, prefix } = inject('redis');

/** A connection to the server whose replies wait until they are let through. */
async function heldLink() {
  const real = openLink({
    where: whereFrom(withoutUrl({ url })),
    timeout: 5_000,
    connectTimeout: 5_000,
    warn() {},
    onReady() {},
    onNodes() {},
  });
  await real.start();
  let release = (): void => {};
  let held = Promise.resolve();
  const send: Link['send'] = async (name, args) => {
    const now = held;
    const reply = await real.send(name, args);
    await now;
    return reply;
  };
  return {
    link: { ...real, send, nodes: async () => [{ options: {}, send }] } satisfies Link,
    real,
    hold(): void {
      held = new Promise((resolve) => (release = resolve));
    },
    release(): void {
      release();
      held = Promise.resolve();
    },
  };
}

it('a delete that fails while others are made up for is made up for as well before its key is read', async () => {
  const { link, real, hold, release } = await heldLink();
  const [earlier, later] = [`${prefix}${randomUUID()}`, `${prefix}${randomUUID()}`];
  for (const key of [earlier, later]) await real.send('set', [key, 'old']);
  const debts = debtsTo(link, () => {});
  debts.owe([earlier]);
  hold();
  const paying = debts.pay();
  debts.owe([later]);
  const settled = debts.settle([later]);
  release();
  await Promise.all([paying, settled]);
  expect(await real.send('get', [later])).toBe(null);
  expect([debts.any, debts.owes(earlier), debts.owes(later)]).toEqual([false, false, false]);
  debts.close();
  real.close();
});

it("what one server's clock says is not believed of the next", async () => {
  const { link, real, hold, release } = await heldLink();
  const clock = serverClock(link);
  hold();
  const asked = clock.earliest();
  clock.forget(); // another server is there
  release();
  await asked;
  expect(clock.isBefore(Date.now() + 60_000)).toBe(undefined);
  await clock.earliest();
  expect(clock.isBefore(Date.now() + 60_000)).toBe(true);
  real.close();
});

it('a key whose delete failed is not read while a fenced write of it is on its way', async () => {
  await using server = await startRedis();
  const admin = new Redis({ ...server.address });
  const backend = redisBackend({ url: server.url, fencedWrites: true, logger: { warn() {} } });
  await admin.set('a', 'old');
  await backend.start();
  await admin.acl('SETUSER', 'default', '-unlink');
  await expect(backend.delete('a')).rejects.toMatchObject({ code: 'NOPERM' });
  await admin.acl('SETUSER', 'default', '+unlink');
  const written = backend.set('a', 'new');
  const read = await backend.get('a');
  expect(read.hit ? String(read.value) : undefined).not.toBe('old');
  expect(await written).toBe(true);
  await backend.close();
  admin.disconnect();
});
