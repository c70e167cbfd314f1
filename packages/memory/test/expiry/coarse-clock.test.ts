import { mock } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import FakeTimers from '@sinonjs/fake-timers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { memoryBackend } from '../../src/index.ts';

/** Uses the clock so often that readings are shared. */
function busy(backend: ReturnType<typeof memoryBackend>): void {
  backend.set('busy', 1, { ttl: 1e9 });
  for (let i = 0; i < 200; i++) backend.get('busy');
}

afterEach(() => {
  vi.useRealTimers();
  mock.timers.reset();
});

describe('time', () => {
  it('is exact to a part of a millisecond under the fake timers of vitest', () => {
    vi.useFakeTimers();
    const backend = memoryBackend();
    busy(backend);
    backend.set('k', 1, { ttl: 5_000 });
    vi.advanceTimersByTime(4_999);
    busy(backend);
    expect(backend.get('k').hit).toBe(true);
    vi.advanceTimersByTime(1);
    expect(backend.get('k').hit).toBe(false);
  });

  it('is exact under the fake timers of Jest, which are those of Sinon', () => {
    const clock = FakeTimers.install({ now: 0 });
    try {
      const backend = memoryBackend();
      busy(backend);
      backend.set('k', 1, { ttl: 5_000 });
      clock.tick(4_999);
      busy(backend);
      expect(backend.get('k').hit).toBe(true);
      clock.tick(1);
      expect(backend.get('k').hit).toBe(false);
      clock.tick(60);
      expect(backend.stats()).toMatchObject({ expirations: 1 });
    } finally {
      clock.uninstall();
    }
  });

  it.each([[['Date']], [['setTimeout', 'Date']]] as const)(
    'is exact under the mock timers of node:test, which leave `performance` alone: %j',
    (apis) => {
      busy(memoryBackend());
      mock.timers.enable({ apis: [...apis] });
      const backend = memoryBackend();
      busy(backend);
      backend.set('k', 1, { ttl: 5_000 });
      mock.timers.tick(4_999);
      busy(backend);
      expect(backend.get('k').hit).toBe(true);
      mock.timers.tick(1);
      expect(backend.get('k').hit).toBe(false);
    },
  );

  it('does not stand still under mock timers that leave `performance` alone', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const backend = memoryBackend();
    busy(backend);
    backend.set('k', 1, { ttl: 20 });
    busy(backend);
    await sleep(40);
    expect(backend.get('k').hit).toBe(false);
  });

  it('does not stand still in a long synchronous block between few operations', () => {
    const backend = memoryBackend();
    backend.set('k', 1, { ttl: 20 });
    const began = performance.now();
    while (performance.now() - began < 25);
    expect(backend.get('k').hit).toBe(false);
    backend.set('k', 2, { ttl: 20 });
    expect(backend.get('k').hit).toBe(true);
  });

  it('moves on in a block that uses the store all the time', () => {
    const backend = memoryBackend();
    backend.set('k', 1, { ttl: 20 });
    const began = performance.now();
    while (performance.now() - began < 5_000 && backend.get('k').hit);
    expect(performance.now() - began).toBeLessThan(4_000);
  });

  it('is read about once per millisecond, and not for entries without a deadline', async () => {
    await sleep(5);
    const backend = memoryBackend();
    backend.set('for ever', 1);
    backend.set('k', 1, { ttl: 1e9 });
    const read = vi.spyOn(performance, 'now');
    for (let i = 0; i < 50_000; i++) backend.get('for ever');
    expect(read).toHaveBeenCalledTimes(0);
    const began = Date.now();
    for (let i = 0; i < 50_000; i++) backend.get('k');
    const ms = Date.now() - began;
    expect(read.mock.calls.length).toBeLessThan(60 + 12 * ms);
    read.mockRestore();
  });

  it('comes from the injected clock alone where there is one (R4)', () => {
    let now = 0;
    const backend = memoryBackend({ clock: { now: () => now } });
    busy(backend as never);
    backend.set('k', 1, { ttl: 1 });
    now = 0.999;
    expect(backend.get('k').hit).toBe(true);
    now = 1;
    expect(backend.get('k').hit).toBe(false);
  });
});
