import { describe, expect, it } from 'vitest';
import type { Invalidation } from '../../src/index.ts';
import { inMemoryServer, manualClock, type ServerBackend } from '../../src/testing/index.ts';

const listening = (backend: ServerBackend<unknown>): Invalidation[] => {
  const heard: Invalidation[] = [];
  backend.onInvalidate((change) => heard.push(change));
  return heard;
};

describe('inMemoryServer', () => {
  it('is one place for all its connections', () => {
    const server = inMemoryServer<string>();
    const [here, there] = [server.connect(), server.connect()];
    here.set('a', '1');
    expect(there.get('a')).toEqual({ hit: true, value: '1' });
    expect(inMemoryServer().connect().has('a')).toBe(false);
  });

  it('tells that the signal is lost until a connection is started, and nothing of changes until then', () => {
    const server = inMemoryServer();
    const backend = server.connect();
    const heard = listening(backend);
    server.connect().set('a', 1);
    expect(heard).toEqual([{ signal: 'lost' }]);
    backend.start();
    backend.start();
    server.connect().set('b', 1);
    expect(heard.slice(1)).toEqual([{ signal: 'restored' }, { keys: ['b'] }]);
  });

  it('tells a connection that lost its signal nothing, and never what it missed', () => {
    const server = inMemoryServer();
    const [backend, other] = [server.connect(), server.connect()];
    for (const one of [backend, other]) one.start();
    const heard = listening(backend);
    const others = listening(other);
    backend.loseSignal();
    other.set('a', 1);
    expect(backend.get('a').hit).toBe(true);
    backend.restoreSignal();
    other.delete('a');
    other.clear();
    expect(heard).toEqual([
      { signal: 'restored' },
      { signal: 'lost' },
      { signal: 'restored' },
      { keys: ['a'] },
      { all: true },
    ]);
    expect(others.slice(1)).toEqual([{ keys: ['a'] }, { keys: ['a'] }, { all: true }]);
  });

  it('tells nothing after a connection was closed', () => {
    const server = inMemoryServer();
    const backend = server.connect();
    backend.start();
    const heard = listening(backend);
    backend.close();
    server.connect().set('a', 1);
    expect(heard).toEqual([{ signal: 'restored' }]);
  });

  it('wakes one waiter when a lease is released or its time is up, and all when the key is written', async () => {
    const clock = manualClock();
    const server = inMemoryServer({ clock });
    const backend = server.connect();
    const awake: number[] = [];
    const never = new AbortController().signal;
    const wait = (n: number): void =>
      void server
        .connect()
        .settled('a', never)
        .then(() => awake.push(n));
    const turn = () => new Promise(setImmediate);
    for (const n of [1, 2, 3, 4]) wait(n);
    const { lease } = await backend.acquire('a', 100);
    if (lease === undefined) throw new Error('no lease');
    await backend.release(lease);
    await turn();
    expect(awake).toEqual([1]);
    await backend.acquire('a', 100);
    clock.advance(100);
    await backend.acquire('a', 100);
    await turn();
    expect(awake).toEqual([1, 2]);
    backend.set('a', 1);
    await turn();
    expect(awake).toEqual([1, 2, 3, 4]);
  });
});
