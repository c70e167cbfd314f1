import { describe, expect, it } from 'vitest';
import { Cache, dummyBackend } from '../../src/index.ts';
import {
  compareWithModel,
  describeBackend,
  inMemoryServer,
  type MakeSubject,
  manualClock,
} from '../../src/testing/index.ts';
import { cacheAsBackend } from './cache-as-backend.ts';

const runs = process.env.CACHE_TEST_LONG === '1' ? 10_000 : 300;
const capabilities = { staleWindows: false } as const;

/** A namespace between neighbours whose keys a careless prefix would reach: each must still be there at the end. */
const namespace: MakeSubject<unknown> = async ({ prefix }) => {
  const clock = manualClock();
  const server = inMemoryServer({ clock });
  const parent = new Cache({ backend: server.connect(), prefix: 'app[1]:', clock });
  await parent.start();
  const outside = new Map<string, string>();
  const raw = server.connect();
  for (const key of [
    'app[1]:',
    'app[1]:n',
    'app[1]:n*',
    'app[1]:m:x',
    `app[1]:${prefix}`,
    'app1:n*:x',
    'n*:x',
    'app[1]:nn:x',
    'app[1]:N*:x',
  ])
    outside.set(key, `neighbour ${key}`);
  raw.setMany(outside);
  return {
    backend: cacheAsBackend(parent.namespace('n*')),
    advance: clock.advance,
    dispose() {
      expect(raw.getMany([...outside.keys()])).toEqual(outside);
    },
  };
};

describeBackend('a namespace', namespace, capabilities, { describe, it });

describe('a namespace', () => {
  it('answers as a Map would, whatever its cache holds beside it', { timeout: runs * 100 }, () =>
    compareWithModel(namespace, { runs, capabilities }),
  );

  it('of a namespace answers as a Map would', { timeout: runs * 100 }, () =>
    compareWithModel(
      () => {
        const clock = manualClock();
        const cache = new Cache<unknown>({ backend: inMemoryServer({ clock }).connect(), prefix: 'p:', clock });
        return { backend: cacheAsBackend(cache.namespace('a').namespace('b')), advance: clock.advance };
      },
      { runs, capabilities },
    ),
  );
});

describe('a cache that never has anything', () => {
  const options = { runs, capabilities, stores: false } as const;

  it('answers as one that forgets at once: on the dummy', { timeout: runs * 100 }, () =>
    compareWithModel(
      () => ({ backend: cacheAsBackend(new Cache({ backend: dummyBackend() })), advance() {} }),
      options,
    ),
  );

  it('answers as one that forgets at once: when it is not enabled', { timeout: runs * 100 }, () =>
    compareWithModel(() => {
      const cache = new Cache({ backend: inMemoryServer().connect(), enabled: false });
      return { backend: cacheAsBackend(cache), advance() {} };
    }, options),
  );
});
