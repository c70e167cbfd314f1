import type { CapableBackend, FailoverBackend, FailoverOptions } from '@cache/core';
import { faultyBackend, type Step } from '@cache/core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failingWorld } from './failing-world.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A world whose fallback holds up writes twice: before they are carried out, and before they are answered. */
function slowWorld(options: FailoverOptions = { errors: 1 }) {
  const held: (() => void)[] = [];
  let slow = false;
  const step = ({ operation }: Step): Promise<void> | undefined =>
    slow && operation === 'set' ? new Promise((resolve) => held.push(resolve)) : undefined;
  const over = (fallback: CapableBackend<string>) => faultyBackend(fallback, { step }) as CapableBackend<string>;
  const world = failingWorld(options, over);
  return {
    ...world,
    slow() {
      slow = true;
    },
    async letOn() {
      for (const one of held.splice(0)) one();
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

const sweeps: Readonly<Record<string, (pair: FailoverBackend<string>) => unknown>> = {
  'a clear of what begins so': (pair) => pair.clear('a:'),
  'a clear of everything': (pair) => pair.clear(),
  'an invalidation of its tag': (pair) => pair.invalidateTags?.(['t']),
};

describe.each(Object.entries(sweeps))('%s', (_, sweep) => {
  it('is not undone by a fill that the fallback carries out after it', async () => {
    const { pair, fallback, down, slow, letOn } = slowWorld();
    const got = await pair.acquire?.('a:1', 5_000);
    slow();
    const filling = pair.set('a:1', 'old', { lease: got?.lease, tags: ['t'] });
    await vi.advanceTimersByTimeAsync(0);
    await sweep(pair);
    await letOn();
    expect(fallback.has('a:1')).toBe(true); // carried out, and not answered
    down();
    expect(await pair.get('a:1')).toEqual({ hit: false });
    expect(await pair.getMany(['a:1'])).toEqual(new Map());
    const keys: string[] = [];
    for await (const key of pair.keys()) keys.push(key);
    expect(keys).toEqual([]);
    await letOn();
    await filling;
    expect(fallback.has('a:1')).toBe(false);
    expect(await pair.get('a:1')).toEqual({ hit: false });
  });

  it('is not undone by a fill under a lease of this process, while there is no primary', async () => {
    const { pair, fallback, down, slow, letOn, recovered } = slowWorld();
    down();
    const got = await pair.acquire?.('a:1', 5_000);
    slow();
    const filling = pair.set('a:1', 'old', { lease: got?.lease, tags: ['t'] });
    await vi.advanceTimersByTimeAsync(0);
    await sweep(pair);
    await letOn();
    expect(fallback.has('a:1')).toBe(true);
    expect(await pair.get('a:1')).toEqual({ hit: false });
    await letOn();
    expect(await filling).toBe(true);
    expect(await pair.get('a:1')).toEqual({ hit: false });
    await recovered();
    expect(await pair.get('a:1')).toEqual({ hit: false });
  });

  it('is not undone by what is given back to the primary meanwhile', async () => {
    const { pair, peer, primary } = failingWorld({ reconcile: 'restore' });
    primary.faults.script('set', 'error');
    await pair.set('a:1', 'old', { tags: ['t'] });
    await pair.set('b:1', 'other');
    const { set } = primary;
    primary.set = async (...how) => {
      primary.set = set;
      await sweep(pair);
      return set(...how);
    };
    await vi.advanceTimersByTimeAsync(500);
    expect(await pair.get('a:1')).toEqual({ hit: false });
    await vi.advanceTimersByTimeAsync(500);
    expect(await pair.get('a:1')).toEqual({ hit: false });
    expect(peer.has('a:1')).toBe(false);
    expect(await pair.health?.()).toMatchObject({ details: { journal: 0 } });
  });
});

it('what a clear of the primary may still remove is not given back to it for good', async () => {
  const { pair, peer, primary } = failingWorld({ reconcile: 'restore' });
  primary.faults.script('set', 'error');
  await pair.set('a:1', 'old');
  const { clear } = primary;
  let answer: () => void = () => {};
  primary.clear = async (prefix) => {
    primary.clear = clear;
    peer.clear(prefix);
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
  };
  const clearing = pair.clear('a:');
  await vi.advanceTimersByTimeAsync(500);
  expect(peer.has('a:1')).toBe(true);
  answer();
  await clearing;
  expect(await pair.get('a:1')).toEqual({ hit: false });
  await vi.advanceTimersByTimeAsync(500);
  expect(peer.has('a:1')).toBe(false);
});

it('what a clear of a recovery meets under way does not stay in the fallback', async () => {
  const { pair, peer, fallback, primary, slow, letOn } = slowWorld({ maxJournalEntries: 1, errors: 3 });
  primary.faults.script('delete', 'error', 'error');
  await pair.delete('a:1');
  await pair.delete('a:2'); // what they begin with is to be cleared
  const { set } = primary;
  let answer: () => void = () => {};
  primary.set = async (...how) => {
    const stored = await set(...how);
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return stored;
  };
  slow();
  const setting = pair.set('a:3', 'v');
  await vi.advanceTimersByTimeAsync(500);
  expect(peer.has('a:3')).toBe(false); // cleared
  answer();
  await vi.advanceTimersByTimeAsync(0);
  await letOn();
  expect(fallback.has('a:3')).toBe(true);
  await letOn();
  await setting;
  expect(fallback.has('a:3')).toBe(false);
});

it('a clear leaves alone what it does not cover, also where it meets it under way', async () => {
  const { pair, fallback, slow, letOn } = slowWorld();
  slow();
  const setting = [pair.set('a:1', 'new'), pair.set('b:1', 'new')];
  await vi.advanceTimersByTimeAsync(0);
  await pair.clear('a:');
  await letOn();
  await letOn();
  expect(await Promise.all(setting)).toEqual([true, true]);
  expect([...fallback.keys()]).toEqual(['b:1']);
});
