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

  async 'who joins a load after another process deleted its key loads again'() {
    const server = inMemoryServer<number>();
    const [own, other] = [server.connect(), server.connect()];
    const cache = new Cache<number>({ backend: faultyBackend(own) });
    let finish: (value: number) => void = () => {};
    const first = cache.getOrSet('k', () => new Promise<number>((resolve) => (finish = resolve)));
    await delay(2);
    other.delete('k');
    const late = cache.getOrSet('k', async () => 2);
    await delay(2);
    finish(1);
    await first;
    const value = await late;
    return value === 2 ? undefined : `the late caller was given ${value}`;
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
