import { setTimeout as delay } from 'node:timers/promises';
import { Cache } from '@cache/core';
import { faultyBackend, inMemoryServer, type Step } from '@cache/core/testing';
import { asyncMap } from './map-backend.ts';

/** Holds the first step that `match` wants, until it is let go. */
function gate(match: (step: Step) => boolean) {
  let letGo: () => void = () => {};
  let held: (step: Step) => void = () => {};
  const reached = new Promise<Step>((resolve) => {
    held = resolve;
  });
  let used = false;
  return {
    reached,
    letGo: () => letGo(),
    step(step: Step): Promise<void> | undefined {
      if (used || !match(step)) return undefined;
      used = true;
      held(step);
      return new Promise((resolve) => {
        letGo = resolve;
      });
    },
  };
}

/** A caller joins a load whose key another process has deleted since it began. */
async function joinsLate({ skips = false, changed = false } = {}): Promise<string | undefined> {
  const server = inMemoryServer<number>();
  const [own, other] = [server.connect(), server.connect()];
  const cache = new Cache<number>({ backend: faultyBackend(own) });
  let finish: (value: number) => void = () => {};
  const first = cache.getOrSet('k', ({ skip }) => {
    if (skips) skip();
    return new Promise<number>((resolve) => (finish = resolve));
  });
  await delay(2);
  other.delete('k');
  const late = cache.getOrSet('k', async () => 2);
  await delay(2);
  if (changed) await cache.delete('k');
  finish(1);
  await first;
  const value = await late;
  return value === 2 ? undefined : `the late caller was given ${value}`;
}

/** Races that chance finds rarely, each made to happen. Answers what is wrong, `undefined` when nothing is. */
export const directedRaces: Readonly<Record<string, () => Promise<string | undefined>>> = {
  async 'a delete lets a fill that is under way land first'() {
    const fill = gate(({ operation, phase }) => operation === 'set' && phase === 'request');
    const cache = new Cache<number>({ backend: faultyBackend(asyncMap<number>(), { step: fill.step }) });
    const load = cache.getOrSet('k', async () => 1);
    await fill.reached;
    const deleted = cache.delete('k');
    await delay(2);
    fill.letGo();
    await Promise.all([load, deleted]);
    return (await cache.has('k')) ? 'the value is back after its delete was acknowledged' : undefined;
  },

  async 'a caller whose miss is out of date when it is told looks again'() {
    const reply = gate(({ operation, phase }) => operation === 'get' && phase === 'reply');
    const cache = new Cache<number>({ backend: faultyBackend(asyncMap<number>(), { step: reply.step }) });
    let loads = 0;
    const loader = async (): Promise<number> => ++loads;
    const first = cache.getOrSet('k', loader);
    await reply.reached;
    await cache.getOrSet('k', loader);
    reply.letGo();
    await first;
    return loads === 1 ? undefined : `${loads} loads`;
  },

  'who joins a load after another process deleted its key loads again': () => joinsLate(),

  'who joins a load after another process deleted its key loads again, although nothing is stored': () =>
    joinsLate({ skips: true }),

  'who joins a load after another process deleted its key loads again, although it was changed here since': () =>
    joinsLate({ changed: true }),

  async 'who joins a load that is being told what another process has removed since loads for itself'() {
    const server = inMemoryServer<number>();
    const other = server.connect();
    const told = gate(({ operation, phase }) => operation === 'acquire' && phase === 'reply');
    let wrote = false;
    const step = (step: Step): Promise<void> | undefined => {
      // Between the miss of the first and its question for the lease.
      if (step.operation === 'acquire' && step.phase === 'request' && !wrote) wrote = other.set('k', 1);
      return told.step(step);
    };
    const cache = new Cache<number>({ backend: faultyBackend(server.connect(), { step }) });
    const first = cache.getOrSet('k', async () => 0);
    await told.reached;
    other.delete('k');
    const late = cache.getOrSet('k', async () => 2);
    await delay(2);
    told.letGo();
    const values = await Promise.all([first, late]);
    return values.join() === '1,2' ? undefined : `the first and the late caller were given ${values}`;
  },

  async 'who joins a refresh is not given the stale value that another process has removed since'() {
    let now = 0;
    const server = inMemoryServer<number>({ clock: { now: () => now } });
    const [own, other] = [server.connect(), server.connect()];
    const cache = new Cache<number>({
      backend: faultyBackend(own),
      staleWhileRevalidate: '1h',
      clock: { now: () => now },
    });
    await cache.getOrSet('k', async () => 1, { ttl: '1s' });
    now += 2_000;
    let finish: (value: number) => void = () => {};
    const slow = (): Promise<number> => new Promise((resolve) => (finish = resolve));
    const before = await Promise.all([cache.getOrSet('k', slow), cache.getOrSet('k', slow)]);
    other.delete('k');
    const late = cache.getOrSet('k', async () => 2);
    await delay(2);
    finish(3);
    const values = [...before, await late];
    return values.join() === '1,1,2' ? undefined : `two callers and the late one were given ${values}`;
  },

  async 'who joins a load that fails is not given the stale value that another process has removed since'() {
    let now = 0;
    const server = inMemoryServer<number>({ clock: { now: () => now } });
    const [own, other] = [server.connect(), server.connect()];
    const cache = new Cache<number>({ backend: faultyBackend(own), staleIfError: '1h', clock: { now: () => now } });
    await cache.getOrSet('k', async () => 1, { ttl: '1s' });
    now += 2_000;
    let fail: (error: Error) => void = () => {};
    const failing = (): Promise<number> => new Promise((_, reject) => (fail = reject));
    const first = cache.getOrSet('k', failing);
    await delay(2);
    other.delete('k');
    const late = cache.getOrSet('k', failing).catch((error: Error) => error.message);
    await delay(2);
    fail(new Error('down'));
    const values = await Promise.all([first, late]);
    return values.join() === '1,down' ? undefined : `the first and the late caller were given ${values}`;
  },

  async 'who joins a refresh before it has found anything is not ended by the signal of another'() {
    const found = gate(({ operation, phase }) => operation === 'getEntry' && phase === 'reply');
    const cache = new Cache<number>({
      backend: faultyBackend(asyncMap<number>(), { step: found.step }),
      staleWhileRevalidate: '1h',
    });
    const abort = new AbortController();
    const gone = cache.getOrSet('k', async () => 1, { signal: abort.signal }).catch(() => 'gone');
    await found.reached;
    const stays = cache.getOrSet('k', async () => 2, { signal: new AbortController().signal }).catch(() => 'gone too');
    await delay(2);
    abort.abort(new Error('left'));
    await delay(2);
    found.letGo();
    const values = await Promise.all([gone, stays]);
    return values.join() === 'gone,1' ? undefined : `the one who left and the other were given ${values}`;
  },

  async 'who joins a load whose fill is under way is not given what another process has removed since'() {
    const server = inMemoryServer<number>();
    const filled = gate(({ operation, phase }) => operation === 'set' && phase === 'reply');
    const cache = new Cache<number>({ backend: faultyBackend(server.connect(), { step: filled.step }) });
    const first = cache.getOrSet('k', async () => 1);
    await filled.reached;
    server.connect().delete('k');
    const late = cache.getOrSet('k', async () => 2);
    await delay(2);
    filled.letGo();
    const values = await Promise.all([first, late]);
    return values.join() === '1,2' ? undefined : `the first and the late caller were given ${values}`;
  },

  async 'who joins a load between two invalidations of a tag that it turns out to carry loads again'() {
    const cache = new Cache<number>({ backend: asyncMap<number>() });
    let finish: () => void = () => {};
    const first = cache.getOrSet('k', async ({ tags }) => {
      await new Promise<void>((resolve) => (finish = resolve));
      tags('red');
      return 1;
    });
    await delay(2);
    await cache.invalidateTags(['red']);
    const late = cache.getOrSet('k', async () => 2);
    await delay(2);
    await cache.invalidateTags(['red']);
    finish();
    await first;
    const value = await late;
    return value === 2 ? undefined : `the late caller was given ${value}`;
  },
};
