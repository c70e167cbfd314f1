import { spawnSync } from 'node:child_process';
import { manualClock } from '@cache/core/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { memoryBackend, type Removal } from '../../src/index.ts';
import { long, random, seedFor } from '../random.ts';
import { checkInvariants, entriesOf } from '../store/check-invariants.ts';

/** What is held, dead or not, without the sweep that stats() makes. */
const held = (backend: object): number => entriesOf(backend as never).slots.live;

afterEach(() => {
  vi.useRealTimers();
});

describe('expiry', () => {
  it('empties the store of entries nobody reads, and tells of each (D6, P2)', async () => {
    vi.useFakeTimers();
    const told: Removal<number>[] = [];
    const backend = memoryBackend<number>({ onRemove: (removal) => told.push(removal) });
    for (let i = 0; i < 1000; i++) backend.set(`k${i}`, i, { ttl: 10 });
    expect(backend.stats()).toMatchObject({ size: 1000, expirations: 0 });
    await vi.advanceTimersByTimeAsync(40);
    expect(held(backend)).toBe(0);
    expect(told.map(({ reason }) => reason)).toEqual(Array(1000).fill('expire'));
    expect(backend.stats()).toMatchObject({ size: 0, expirations: 1000 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('counts only live entries, at once after the clock moved (D6)', () => {
    const clock = manualClock();
    const backend = memoryBackend({ clock });
    for (let i = 0; i < 1000; i++) backend.set(`k${i}`, i, { ttl: 1 + (i % 20) });
    clock.advance(10);
    expect(backend.stats().size).toBe(500);
    clock.advance(10);
    expect(backend.stats().size).toBe(0);
  });

  it('counts no entry at the very millisecond its time is up, however coarse the bucket it is in', () => {
    const counted: number[] = [];
    for (const level of [1, 64, 64 ** 2, 64 ** 3])
      for (let ttl = Math.max(1, level * 8 - 20); ttl < level * 8 + 20; ttl++) {
        const clock = manualClock();
        const backend = memoryBackend({ clock });
        backend.set('k', 1, { ttl });
        clock.advance(ttl);
        if (backend.stats().size !== 0) counted.push(ttl);
      }
    expect(counted).toEqual([]);
  });

  it('drops what expired before anything else when it is full (R28)', () => {
    const clock = manualClock();
    for (const eviction of ['adaptive', 'lru'] as const) {
      const backend = memoryBackend({ max: 3, clock, eviction });
      backend.set('a', 1);
      backend.set('dies', 2, { ttl: 5 });
      backend.set('b', 3);
      clock.advance(6);
      backend.set('c', 4);
      expect([...backend.keys()].sort()).toEqual(['a', 'b', 'c']);
      expect(backend.stats()).toMatchObject({ evictions: 0, expirations: 1 });
    }
  });

  it.each([1, 15, 16, 17, 1_000, 1_024, 65_536, 4_194_304, 2 ** 28, 2 ** 31, 2 ** 40])(
    'removes an entry of %i ms after that time and not before',
    (ttl) => {
      const clock = manualClock(5);
      const backend = memoryBackend({ clock });
      backend.set('k', 1, { ttl });
      clock.advance(ttl - 1);
      backend.stats();
      expect(held(backend)).toBe(1);
      expect(backend.get('k').hit).toBe(true);
      clock.advance(1);
      expect(backend.get('k').hit).toBe(false);
      backend.set('other', 1, { ttl: 1 });
      backend.stats();
      expect(held(backend)).toBe(1);
    },
  );

  it('follows deadlines that move, earlier and later, and slots that change hands', () => {
    const clock = manualClock();
    const backend = memoryBackend({ max: 2, clock });
    const { entries } = { entries: entriesOf(backend) };
    backend.set('a', 1, { ttl: 1_000 });
    backend.set('a', 2, { ttl: 50 });
    clock.advance(60);
    expect(backend.stats().size).toBe(0);
    backend.set('a', 3, { ttl: 50 });
    backend.set('a', 4, { ttl: 5_000 });
    clock.advance(100);
    expect(backend.get('a')).toEqual({ hit: true, value: 4 });
    backend.set('a', 5);
    clock.advance(1e9);
    expect(backend.stats().size).toBe(1);
    backend.expire('a', 20);
    backend.delete('a');
    backend.set('b', 6, { ttl: 30, staleFor: 1_000 });
    clock.advance(31);
    expect(backend.getEntry('b')?.freshFor).toBe(-1);
    backend.delete('b');
    backend.set('c', 7, { ttl: 30 });
    clock.advance(31);
    expect(backend.stats().size).toBe(0);
    checkInvariants(entries, 2);
  });

  it('works off a great many that are due at one instant in slices, so that no turn of the loop is long', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }); // the clock that bounds a slice stays real
    const clock = manualClock();
    const entries = long ? 1_000_000 : 200_000;
    const backend = memoryBackend({ max: entries, clock });
    for (let i = 0; i < entries; i++) backend.set(`k${i}`, i, { ttl: 20 });
    clock.advance(40);
    const left: number[] = [];
    do {
      vi.advanceTimersToNextTimer();
      left.push(held(backend));
      expect(backend.get(`k${entries - left.length}`).hit).toBe(false); // held or not, its time is up
    } while (held(backend) > 0);
    expect(left.length).toBeGreaterThan(5); // of 0.6 ms each
    vi.runOnlyPendingTimers(); // where the last entry was removed by the read above, its place is still to be looked at
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sleeps until there is something to do, for days too, and is woken for what is due sooner', () => {
    vi.useFakeTimers();
    const backend = memoryBackend();
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const day = 86_400_000;
    backend.set('in a month', 1, { ttl: 30 * day });
    backend.set('in an hour', 1, { ttl: 3_600_000 });
    vi.advanceTimersByTime(60_000);
    backend.set('soon', 1, { ttl: 20 });
    vi.advanceTimersByTime(30);
    expect(held(backend)).toBe(2);
    vi.advanceTimersByTime(3_600_000);
    expect(held(backend)).toBe(1);
    vi.advanceTimersByTime(30 * day - 3_660_030 - 1);
    expect(held(backend)).toBe(1);
    vi.advanceTimersByTime(1 + 8);
    expect(held(backend)).toBe(0);
    expect(timers.mock.calls.length).toBeLessThan(100);
    timers.mockRestore();
  });

  it('removes each entry within two buckets of 8 ms after its end, whatever times to live it was written with', () => {
    vi.useFakeTimers();
    const below = random(seedFor('ends'));
    const backend = memoryBackend();
    const ends = new Map<string, number>();
    let now = 0;
    const pass = (ms: number): void => {
      vi.advanceTimersByTime(ms);
      now += ms;
      for (const [key, end] of ends) if (end + 16 <= now) ends.delete(key);
      const alive = [...ends.values()].filter((end) => end > now).length;
      expect(held(backend)).toBeGreaterThanOrEqual(alive);
      expect(held(backend)).toBeLessThanOrEqual(ends.size);
    };
    for (let i = 0; i < 3_000; i++) {
      const key = `k${below(40)}`;
      const ttl = 1 + Math.floor(8 ** (below(1_000) / 100));
      backend.set(key, i, { ttl });
      ends.set(key, now + ttl);
      if (below(2) === 0) pass(1 + Math.floor(8 ** (below(1_000) / 166)));
    }
    pass(8 ** 10 + 16);
    expect(held(backend)).toBe(0);
  });

  it('is not moved by the wall clock (D27)', () => {
    const wall = vi.spyOn(Date, 'now').mockReturnValue(0);
    const backend = memoryBackend();
    backend.set('k', 1, { ttl: 60_000 });
    wall.mockReturnValue(2 ** 45);
    expect(backend.get('k').hit).toBe(true);
    expect(backend.stats().size).toBe(1);
    wall.mockRestore();
  });

  it('goes on when fake timers come and go', async () => {
    const backend = memoryBackend();
    backend.set('real', 1, { ttl: 30 });
    vi.useFakeTimers();
    backend.set('fake', 1, { ttl: 30 });
    await vi.advanceTimersByTimeAsync(60);
    expect(backend.get('fake').hit).toBe(false);
    vi.useRealTimers();
    backend.set('real again', 1, { ttl: 30 });
    await expect.poll(() => held(backend)).toBe(0);
    expect(backend.get('real again').hit).toBe(false);
  });

  it('does not keep the process alive, closed or not', () => {
    const module = new URL('../../dist/index.js', import.meta.url).href;
    const program = `
      import { memoryBackend } from ${JSON.stringify(module)};
      const backend = memoryBackend();
      for (let i = 0; i < 100; i++) backend.set('k' + i, i, { ttl: 60000 });
      for (let i = 0; i < 100; i++) backend.get('k' + i);
      console.log('done');`;
    const began = performance.now();
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    expect([stdout.trim(), status]).toEqual(['done', 0]);
    expect(performance.now() - began).toBeLessThan(30_000);
  });

  it('stops when it is closed, and a store that is used on expires what is read', () => {
    vi.useFakeTimers();
    const backend = memoryBackend();
    backend.set('k', 1, { ttl: 10 });
    backend.close();
    expect(vi.getTimerCount()).toBe(0);
    expect(backend.get('k').hit).toBe(false);
    backend.set('k', 1, { ttl: 10 });
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(10);
    expect(backend.get('k').hit).toBe(false);
    expect(held(backend)).toBe(0);
    backend.start();
    backend.set('k', 1, { ttl: 10 });
    vi.advanceTimersByTime(40);
    expect(held(backend)).toBe(0);
    backend.close();
  });
});
