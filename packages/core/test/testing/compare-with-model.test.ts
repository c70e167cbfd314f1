import { describe, expect, it, vi } from 'vitest';
import { dummyBackend, plainJson, serialized, type Wire } from '../../src/index.ts';
import {
  compareWithModel,
  faultyBackend,
  inMemoryServer,
  type MakeSubject,
  manualClock,
} from '../../src/testing/index.ts';
import { bytesBackend } from './bytes-backend.ts';
import { deadlineMutants } from './mutants/deadlines.ts';
import { manyMutants } from './mutants/many.ts';
import { staleMutants } from './mutants/stale-windows.ts';
import { valueMutants } from './mutants/values.ts';
import { writeMutants } from './mutants/writes.ts';

const long = process.env.CACHE_TEST_LONG === '1';
const runs = long ? 10_000 : 300;
const timeout = long ? 3_600_000 : 20_000;

const jsonValues = [null, undefined, 0, '', false, 1.5, 'é🔑', [], {}, { a: [1, null, { b: '' }] }];

describe('the model', () => {
  it('agrees with the in-memory server', { timeout }, async () => {
    const make: MakeSubject<unknown> = () => {
      const clock = manualClock();
      return { backend: inMemoryServer({ clock }).connect(), advance: clock.advance };
    };
    await compareWithModel(make, { runs });
  });

  it('agrees with a server behind a line that only delays', { timeout }, async () => {
    const make: MakeSubject<unknown> = () => {
      const clock = manualClock();
      const backend = faultyBackend(inMemoryServer({ clock }).connect(), { step: () => new Promise(setImmediate) });
      return { backend, advance: clock.advance };
    };
    await compareWithModel(make, { runs: runs / 10 });
  });

  it('agrees with a backend of bytes, and with plain JSON above it', { timeout }, async () => {
    const bytes = (): { backend: ReturnType<typeof bytesBackend>; advance: (ms: number) => void } => {
      const clock = manualClock();
      return { backend: bytesBackend(inMemoryServer<Uint8Array>({ clock }).connect()), advance: clock.advance };
    };
    await compareWithModel(bytes, { runs });
    const json: MakeSubject<unknown> = () => {
      const { backend, advance } = bytes();
      return { backend: serialized<unknown, Wire>(backend, plainJson), advance };
    };
    await compareWithModel(json, { runs, capabilities: { values: jsonValues } });
  });

  it('agrees with the dummy, which accepts everything and keeps nothing', { timeout }, async () => {
    await compareWithModel(() => ({ backend: dummyBackend(), advance() {} }), { runs, stores: false });
  });

  it('notices a backend that keeps nothing, and says which call showed it and how to repeat it', async () => {
    const lines: string[] = [];
    const comparing = compareWithModel(() => ({ backend: dummyBackend(), advance() {} }), {
      seed: 7,
      print: (line) => lines.push(line),
    });
    await expect(comparing).rejects.toThrow(
      /^dummy: after \d calls, expected .*, got .*\n(.*\n)+To repeat it: seed 7$/,
    );
    expect(lines).toEqual(['dummy: 300 runs of 20 to 40 calls against the model, seed 7']);
  });

  it('asks nothing of what a backend is said to lack', async () => {
    const make: MakeSubject<unknown> = () => {
      const clock = manualClock();
      const { get, getEntry, set, has, delete: remove, start, close } = inMemoryServer({ clock }).connect();
      const backend = { name: 'few', get, getEntry, set, has, delete: remove, start, close } as never;
      return { backend, advance: clock.advance };
    };
    const lacking = { bulk: false, ttl: false, staleWindows: false, iteration: false, prefixes: false };
    await compareWithModel(make, { capabilities: lacking, runs: 30, print() {} });
    for (const missing of Object.keys(lacking).filter((one) => one !== 'staleWindows'))
      await expect(
        compareWithModel(make, { capabilities: { ...lacking, [missing]: true }, runs: 30, print() {} }),
        missing,
      ).rejects.toThrow(/is not a function|not iterable/);
  });

  it('says what was thrown that is no error', async () => {
    const make: MakeSubject<unknown> = () => {
      const clock = manualClock();
      const get = () => {
        throw 'out of order';
      };
      return { backend: { ...inMemoryServer({ clock }).connect(), get }, advance: clock.advance };
    };
    await expect(compareWithModel(make, { print() {} })).rejects.toThrow(/, out of order\n/);
  });

  it('notices what stores although it should not', async () => {
    await expect(
      compareWithModel(() => ({ backend: inMemoryServer().connect(), advance() {} }), { stores: false, print() {} }),
    ).rejects.toThrow(/^in-memory server: after \d calls, expected/);
  });

  it('says what to install where fast-check is missing', async () => {
    vi.doMock('fast-check', () => {
      throw new Error('Cannot find package');
    });
    try {
      await expect(compareWithModel(() => ({ backend: dummyBackend(), advance() {} }))).rejects.toThrow(
        'npm install --save-dev fast-check',
      );
    } finally {
      vi.doUnmock('fast-check');
    }
  });

  it('closes and disposes of its subject, also when an answer differs', async () => {
    const done: string[] = [];
    const backend = { ...dummyBackend(), close: () => void done.push('closed') };
    const make = () => ({ backend, advance() {}, dispose: () => void done.push('disposed') });
    await expect(compareWithModel(make, { print() {} })).rejects.toThrow();
    expect(done).toEqual(['closed', 'disposed']);
  });
});

/** Bugs that the model does not meet: they need more keys, names or time than it plays with, or calls side by side. */
const beyond =
  /1,500|2,500|longest timer|seconds|exactly one of many|meanwhile|once through|empty input|has none|without a prefix|another reads|to the others|whichever/;
const mutants = [...valueMutants, ...writeMutants, ...deadlineMutants, ...staleMutants, ...manyMutants];

describe('the model', () => {
  for (const { bug, plant, noticedBy } of mutants.filter((mutant) => !beyond.test(mutant.noticedBy.source)))
    it(`catches a backend that ${bug}`, async () => {
      const make: MakeSubject<unknown> = () => {
        const clock = manualClock();
        const right = inMemoryServer({ clock }).connect();
        return { backend: Object.assign({ ...right }, plant(right, clock)), advance: clock.advance };
      };
      await expect(compareWithModel(make, { runs: 2_000, seed: 1, print() {} }), noticedBy.source).rejects.toThrow();
    });
});
