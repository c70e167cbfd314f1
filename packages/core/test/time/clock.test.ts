import { mock } from 'node:test';
import fakeTimers from '@sinonjs/fake-timers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Cache, systemClock } from '../../src/index.ts';
import { mapBackend } from '../compose/map-backend.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the system clock', () => {
  it('is monotonic: stepping the wall clock neither expires nor revives an entry (D27, R4)', async () => {
    const cache = new Cache<string>({ backend: mapBackend(systemClock), ttl: '1m' });
    await cache.set('k', 'v');
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
    expect(await cache.get('k')).toBe('v');
    const left = (await cache.ttl('k')) as number;
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThanOrEqual(60_000);
  });

  it('is never kept: whoever replaces performance.now moves it', () => {
    vi.spyOn(performance, 'now').mockReturnValue(123_456);
    expect(systemClock.now()).toBe(123_456);
  });

  it("goes on from where it was under every new Date of node:test's", () => {
    const before = systemClock.now();
    let last = before;
    for (const start of [5_000_000, 0]) {
      mock.timers.enable({ apis: ['Date'], now: start });
      try {
        const begin = systemClock.now();
        expect(begin).toBeGreaterThanOrEqual(last);
        mock.timers.tick(1_000);
        last = systemClock.now();
        expect(last).toBe(begin + 1_000);
      } finally {
        mock.timers.reset();
      }
    }
    expect(systemClock.now()).toBeLessThan(before + 2_000);
  });
});

/** Each moves time by `ms` as its users do. */
const fakes: Record<string, () => { tick(ms: number): void; end(): void }> = {
  vitest() {
    vi.useFakeTimers();
    return { tick: (ms) => void vi.advanceTimersByTime(ms), end: () => void vi.useRealTimers() };
  },
  "Jest's (sinon)"() {
    const clock = fakeTimers.install();
    return { tick: (ms) => void clock.tick(ms), end: () => clock.uninstall() };
  },
  'node:test'() {
    mock.timers.enable({ apis: ['Date', 'setTimeout'] });
    return { tick: (ms) => mock.timers.tick(ms), end: () => mock.timers.reset() };
  },
};

describe.each(Object.entries(fakes))('under the fake timers of %s', (_name, fake) => {
  it('entries live as long as the faked time says, to the millisecond (R4, S10)', async () => {
    const { tick, end } = fake();
    try {
      const cache = new Cache<string>({ backend: mapBackend(systemClock) });
      await cache.set('k', 'v', { ttl: '30d' });
      tick(30 * 86_400_000 - 1);
      expect(await cache.get('k')).toBe('v');
      tick(1);
      expect(await cache.get('k')).toBeUndefined();
    } finally {
      end();
    }
  });
});
