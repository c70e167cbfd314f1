import { describe, expect, it } from 'vitest';
import { MISS, plainJson, serialized, type Wire } from '../../src/index.ts';
import {
  describeBackend,
  faultyBackend,
  inMemoryServer,
  type MakeSubject,
  manualClock,
} from '../../src/testing/index.ts';
import { bytesBackend } from './bytes-backend.ts';
import { collect } from './collect.ts';

const server: MakeSubject<unknown> = () => {
  const clock = manualClock(1_000);
  const place = inMemoryServer({ clock });
  return { backend: place.connect(), peer: () => place.connect(), advance: clock.advance };
};

const all = { leases: true, tags: true, observing: true } as const;

describeBackend('the in-memory server', server, { ...all, synchronous: true }, { describe, it });

describeBackend('the in-memory server, said to be shared', server, { ...all, shared: true }, { describe, it });

/** A server whose line can be cut. */
const behindALine: MakeSubject<unknown> = async () => {
  const clock = manualClock(1_000);
  const backend = faultyBackend(inMemoryServer({ clock }).connect());
  return {
    backend,
    advance: clock.advance,
    fail() {
      backend.faults.always = 'error';
      return () => {
        backend.faults.always = undefined;
      };
    },
  };
};

describeBackend(
  'the in-memory server, behind a line that can be cut',
  behindALine,
  { ...all, failing: true },
  { describe, it },
);

describeBackend(
  'a backend of bytes',
  () => {
    const clock = manualClock();
    return { backend: bytesBackend(inMemoryServer<Uint8Array>({ clock }).connect()), advance: clock.advance };
  },
  {},
  { describe, it },
);

describeBackend(
  'plain JSON above a backend of bytes',
  () => {
    const clock = manualClock();
    const bytes = bytesBackend(inMemoryServer<Uint8Array>({ clock }).connect());
    return { backend: serialized<unknown, Wire>(bytes, plainJson), advance: clock.advance };
  },
  { values: [null, undefined, 0, '', false, [], {}, { a: [1, null, 'x'] }] },
  { describe, it },
);

describe('a clause', () => {
  const ends: string[] = [];
  const ending =
    (more: object): MakeSubject<unknown> =>
    () => {
      ends.length = 0;
      const backend = inMemoryServer().connect();
      const close = (): void => void ends.push('closed');
      return { backend: { ...backend, close, ...more }, advance() {}, dispose: () => void ends.push('disposed') };
    };
  const run = (make: MakeSubject<unknown>) =>
    collect((runner) => describeBackend('x', make, all, runner), /gives back what was set/);

  it('ends with its subject closed and disposed of, whether it holds or not', async () => {
    expect((await run(ending({}))).failed).toEqual([]);
    expect(ends).toEqual(['closed', 'disposed']);
    expect((await run(ending({ get: () => MISS }))).failed).toHaveLength(1);
    expect(ends).toEqual(['closed', 'disposed']);
  });

  it('fails where closing fails, with the error of the clause first', async () => {
    const close = (): void => {
      throw new Error('cannot close');
    };
    const messages = async (make: MakeSubject<unknown>) =>
      (await run(make)).failed.map(({ error }) => (error as Error).message);
    expect(await messages(ending({ close }))).toEqual(['cannot close']);
    expect(await messages(ending({ close, get: () => MISS }))).toEqual([
      expect.stringContaining('expected a hit, got a miss'),
    ]);
  });

  it('about failing fails where the subject cannot cut the backend off', async () => {
    const { failed } = await collect(
      (runner) => describeBackend('x', ending({}), { ...all, failing: true }, runner),
      /cut off/,
    );
    expect(failed.map(({ error }) => (error as Error).message)).toEqual([
      expect.stringContaining('expected a subject with fail()'),
      expect.stringContaining('expected a subject with fail()'),
    ]);
  });

  it('ends what it cut off, whether it holds or not', async () => {
    const line: string[] = [];
    const make: MakeSubject<unknown> = () => ({
      backend: inMemoryServer().connect(),
      advance() {},
      fail() {
        line.push('cut');
        return () => void line.push('whole');
      },
    });
    const { failed } = await collect(
      (runner) => describeBackend('x', make, { ...all, failing: true }, runner),
      /cut off/,
    );
    expect(failed).toHaveLength(2);
    expect(line).toEqual(['cut', 'whole', 'cut', 'whole']);
  });

  it('about sharing fails where there is nobody to share with', async () => {
    const { failed } = await collect(
      (runner) => describeBackend('x', ending({}), { ...all, shared: true }, runner),
      /sharing/,
    );
    expect(failed.length).toBe(3);
  });
});
