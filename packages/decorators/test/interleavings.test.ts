import { Cache } from '@cache/core';
import { memoryBackend } from '@cache/memory';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cacheable, cached, cacheEvict, invalidateAfter } from '../src/index.ts';
import { decorated } from './faces/decorated.ts';
import type { Body } from './faces/face.ts';
import type { Decorate } from './faces/method-face.ts';
import { faces } from './faces/writer.ts';
import { decorated as decoratedByLegacy } from './legacy/decorated.ts';

const numRuns = process.env.CACHE_TEST_LONG === undefined ? 100 : 5_000;

type Call = (...args: unknown[]) => Promise<unknown>;
type Writer = 'key' | 'tags' | 'prefix' | 'all' | 'reader';

/** A cached read of a version, and writers that make a new one. */
interface Subject {
  reader(cache: Cache<unknown>, body: Body): Call;
  writer(kind: Writer, cache: Cache<unknown>, body: Body): Call;
}

const read = { key: 'k:{0}', tags: ['t'] };
const evictions = { key: { key: 'k:{0}' }, tags: { tags: ['t'] }, prefix: { prefix: 'k' }, all: { all: true } };

function subject(name: keyof typeof faces, make?: typeof decorated): Subject {
  const face = faces[name] as (decorate: Decorate, body: Body) => Call;
  const plain = (cache: Cache<unknown>, body: Body): Call => cached(cache, read as never, body as never) as never;
  return {
    reader(cache, body) {
      if (make === undefined) return plain(cache, body);
      const self = make(cacheable(cache, read as never) as Decorate, body);
      return (...args) => self.load(...(args as never[])) as Promise<unknown>;
    },
    // A writer that is tied to a reader knows no more of it than its key.
    writer: (kind, cache, body) =>
      kind === 'reader'
        ? face(invalidateAfter(plain(cache, async () => 'never run') as never) as Decorate, body)
        : face(cacheEvict(cache, evictions[kind] as never) as Decorate, body),
  };
}

/** Holds when no call that begins after a write was acknowledged is answered by a version from before it. */
function neverStale({ reader, writer }: Subject) {
  const step = fc.constantFrom<'call' | Writer>('call', 'call', 'call', 'key', 'tags', 'prefix', 'all', 'reader');
  return fc.asyncProperty(fc.scheduler(), fc.array(step, { minLength: 2, maxLength: 12 }), async (scheduler, steps) => {
    const cache = new Cache<unknown>({ backend: memoryBackend() });
    let version = 0;
    let acknowledged = 0;
    const turn = (): Promise<unknown> => scheduler.schedule(Promise.resolve());
    const load = reader(cache, async () => {
      const seen = version;
      await turn();
      return seen;
    });
    const write = async (): Promise<number> => {
      await turn();
      version++;
      const written = version;
      await turn();
      return written;
    };
    const stale: string[] = [];
    const act = async (kind: 'call' | Writer): Promise<void> => {
      await turn();
      if (kind !== 'call') {
        acknowledged = Math.max(acknowledged, (await writer(kind, cache, write)(1)) as number);
        return;
      }
      const atLeast = acknowledged;
      const got = (await load(1)) as number;
      if (got < atLeast) stale.push(`got ${got} after ${atLeast}`);
    };
    const all = Promise.all(steps.map(act));
    await scheduler.waitFor(all);
    expect(stale).toEqual([]);
  });
}

test.each<[string, Subject]>([
  ['functions', subject('function')],
  ['methods by the standard', subject('standard', decorated)],
  ['methods by experimentalDecorators', subject('experimentalDecorators', decoratedByLegacy)],
])(
  'in any order of calls, loads and evictions no call is answered by what is older than a write before it (D8): %s',
  async (_, one) => {
    await fc.assert(neverStale(one), { numRuns });
  },
  300_000,
);

test('the property finds a writer that evicts before its body', async () => {
  const early: Subject = {
    ...subject('function'),
    writer: (_, cache, body) => async () => {
      await cache.delete('k:1');
      return (body as () => unknown)();
    },
  };
  expect((await fc.check(neverStale(early), { numRuns: 1_000 })).failed).toBe(true);
});
