import { plainJson, serialized, type Wire } from '@cache/core';
import { compareWithModel, describeBackend, type MakeSubject, manualClock } from '@cache/core/testing';
import { describe, it } from 'vitest';
import { memoryBackend } from '../src/index.ts';

const runs = process.env.CACHE_TEST_LONG === '1' ? 10_000 : 300;

const memory: MakeSubject<unknown> = () => {
  const clock = manualClock();
  return { backend: memoryBackend({ clock }), advance: clock.advance };
};

const lru: MakeSubject<unknown> = () => {
  const clock = manualClock();
  return { backend: memoryBackend({ clock, eviction: 'lru' }), advance: clock.advance };
};

const json: MakeSubject<unknown> = () => {
  const clock = manualClock();
  return { backend: serialized<unknown, Wire>(memoryBackend<Wire>({ clock }), plainJson), advance: clock.advance };
};
const plain = {
  tags: true,
  synchronous: true,
  values: [null, undefined, 0, '', false, 'é🔑', [], {}, { a: [1, null] }],
};

describeBackend('memory', memory, { tags: true, synchronous: true }, { describe, it });
describeBackend('memory, lru', lru, { tags: true, synchronous: true }, { describe, it });
describeBackend('plain JSON in memory', json, plain, { describe, it });

it('answers as a Map would, whatever is called with whatever', { timeout: runs * 100 }, async () => {
  await compareWithModel(memory, { runs });
  await compareWithModel(json, { runs, capabilities: plain });
});
