import { describe, expect, it } from 'vitest';
import { faultyBackend, inMemoryServer } from '../../src/testing/index.ts';

describe('messages behind faults', () => {
  it('keeps messages in their order, the first told at once, and none after its listener was taken away', async () => {
    const waiting: (() => void)[] = [];
    const inner = inMemoryServer<string>().connect();
    inner.start();
    const faulty = faultyBackend(inner, { step: () => new Promise<void>((resolve) => waiting.push(resolve)) });
    const heard: unknown[] = [];
    const stop = faulty.onInvalidate((change) => heard.push(change));
    expect(heard).toEqual([{ signal: 'restored' }]);
    const turn = () => new Promise(setImmediate);
    for (const key of ['a', 'b', 'c']) inner.set(key, '1');
    await turn();
    expect(waiting).toHaveLength(1);
    waiting.shift()?.();
    await turn();
    expect(heard.slice(1)).toEqual([{ keys: ['a'] }]);
    waiting.shift()?.();
    await turn();
    expect(heard.slice(2)).toEqual([{ keys: ['b'] }]);
    stop();
    waiting.shift()?.();
    await turn();
    expect(heard).toHaveLength(3);
  });

  it('warns of a listener that throws, and goes on telling it', async () => {
    const inner = inMemoryServer<string>().connect();
    inner.start();
    const faulty = faultyBackend(inner, { step: () => undefined });
    const warned = new Promise((resolve) => process.once('warning', resolve));
    let heard = 0;
    faulty.onInvalidate((change) => {
      if ('signal' in change) return;
      if (++heard === 1) throw new Error('a listener that fails');
    });
    inner.set('a', '1');
    inner.set('b', '1');
    expect(await warned).toMatchObject({ message: 'a listener that fails' });
    await new Promise(setImmediate);
    expect(heard).toBe(2);
  });
});
