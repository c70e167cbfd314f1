import fc from 'fast-check';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { type Backend, CacheConnectionError, isLeasing, isTagging, MISS } from '../../src/index.ts';
import {
  describeBackend,
  type Fault,
  faultyBackend,
  inMemoryServer,
  manualClock,
  type Step,
} from '../../src/testing/index.ts';

describeBackend(
  'faultyBackend without faults',
  () => {
    const clock = manualClock();
    const server = inMemoryServer({ clock });
    return {
      backend: faultyBackend(server.connect()),
      peer: () => faultyBackend(server.connect()),
      advance: clock.advance,
    };
  },
  { leases: true, tags: true, observing: true },
  { describe, it },
);

describeBackend(
  'faultyBackend whose every step waits, and that delays every call',
  () => {
    const clock = manualClock();
    const server = inMemoryServer({ clock });
    const faulty = () =>
      faultyBackend(server.connect(), {
        step: () => new Promise(setImmediate),
        chance: { delay: 0.01 },
        seed: 1,
        maxDelay: 1,
      });
    return { backend: faulty(), peer: faulty, advance: clock.advance };
  },
  { leases: true, tags: true, observing: true },
  { describe, it },
);

const connected = (options: Parameters<typeof faultyBackend>[1] = {}) => {
  const inner = inMemoryServer<string>().connect();
  inner.start();
  return { inner, faulty: faultyBackend(inner, options) };
};

describe('faultyBackend', () => {
  it('fails a call as scripted, without carrying it out, and the next one as scripted next', async () => {
    const { inner, faulty } = connected();
    faulty.faults.script('set', 'error', 'none', 'error');
    await expect(faulty.set('a', '1')).rejects.toThrow(CacheConnectionError);
    expect(inner.get('a')).toEqual(MISS);
    expect(await faulty.set('a', '2')).toBe(true);
    await expect(faulty.set('a', '3')).rejects.toThrow('set: expected an answer');
    expect(await faulty.set('a', '4')).toBe(true);
  });

  it('refuses options and faults that do not exist, which would befall nothing', () => {
    const { inner, faulty } = connected();
    expect(() => faultyBackend(inner, { error: 0.2 } as never)).toThrow('got the unknown option "error"');
    for (const bad of ['eror', null, { dealy: 5 }, { delay: -1 }, { delay: 'soon' }, 5]) {
      const refused = /^fault: expected none, error, lostReply, lateWrite, hang or \{ delay: milliseconds \}, got /;
      expect(() => faulty.faults.script('set', 'none', bad as never)).toThrow(refused);
      expect(() => {
        faulty.faults.always = bad as never;
      }).toThrow(refused);
    }
    expect(faulty.faults.always).toBeUndefined();
  });

  it('takes a script for any operation, after those for the operation itself', async () => {
    const { faulty } = connected();
    faulty.faults.script('any', 'error');
    faulty.faults.script('get', 'none');
    expect(await faulty.get('a')).toEqual(MISS);
    await expect(faulty.get('a')).rejects.toThrow(CacheConnectionError);
    expect(await faulty.get('a')).toEqual(MISS);
  });

  it('fails everything while it always fails', async () => {
    const { faulty } = connected();
    faulty.faults.always = 'error';
    for (const call of [
      () => faulty.get('a'),
      () => faulty.getMany(['a']),
      () => faulty.getEntry('a'),
      () => faulty.getEntries(['a']),
      () => faulty.set('a', '1'),
      () => faulty.setMany([['a', '1']]),
      () => faulty.has('a'),
      () => faulty.delete('a'),
      () => faulty.deleteMany(['a']),
      () => faulty.expire('a', 1),
      () => faulty.ttl('a'),
      () => faulty.clear('a'),
      async () => {
        for await (const _ of faulty.keys('a')) break;
      },
      () => faulty.start(),
      () => faulty.acquire('a', 1),
      () => faulty.renew({ key: 'a', token: '' }, 1),
      () => faulty.release({ key: 'a', token: '' }),
      () => faulty.invalidateTags(['a']),
    ])
      await expect(call()).rejects.toThrow(CacheConnectionError);
    faulty.faults.always = undefined;
    expect(await faulty.has('a')).toBe(false);
  });

  it('loses a reply: the call was carried out and its caller is told that it failed', async () => {
    const { inner, faulty } = connected();
    faulty.faults.script('set', 'lostReply');
    await expect(faulty.set('a', '1')).rejects.toThrow(CacheConnectionError);
    expect(inner.get('a')).toEqual({ hit: true, value: '1' });
  });

  it('writes late: the caller is told that it failed, and the write lands afterwards', async () => {
    const { inner, faulty } = connected();
    faulty.faults.script('set', 'lateWrite');
    await expect(faulty.set('a', '1')).rejects.toThrow(CacheConnectionError);
    expect(inner.has('a')).toBe(false);
    await faulty.faults.idle();
    expect(inner.has('a')).toBe(true);
  });

  it('hangs until it is resumed', async () => {
    const { inner, faulty } = connected();
    faulty.faults.script('set', 'hang');
    let told = false;
    const set = Promise.resolve(faulty.set('a', '1')).then(() => {
      told = true;
    });
    await new Promise(setImmediate);
    expect(faulty.faults.hanging).toBe(1);
    expect(told).toBe(false);
    expect(inner.has('a')).toBe(false);
    faulty.faults.resume();
    await set;
    expect(inner.has('a')).toBe(true);
    expect(faulty.faults.hanging).toBe(0);
  });

  it('fails what hangs when it is closed', async () => {
    const { faulty } = connected();
    faulty.faults.always = 'hang';
    const get = expect(faulty.get('a')).rejects.toThrow(CacheConnectionError);
    await new Promise(setImmediate);
    await faulty.close();
    await get;
  });

  it('fails with what it is told to fail with', async () => {
    const { faulty } = connected({ failWith: ({ operation, keys }) => new RangeError(`${operation} ${keys}`) });
    faulty.faults.always = 'error';
    await expect(faulty.getMany(['a', 'b'])).rejects.toThrow(new RangeError('getMany a,b'));
  });

  it('repeats its random faults when it is given their seed, which it prints', async () => {
    const lines: string[] = [];
    const chance = { error: 0.2, lostReply: 0.2, lateWrite: 0.1, delay: 0.1 };
    const run = async (seed?: number): Promise<[string, number]> => {
      const { faulty } = connected({ chance, seed, maxDelay: 1, print: (line) => lines.push(line) });
      let outcome = '';
      for (let n = 0; n < 60; n++)
        outcome += await Promise.resolve(faulty.has(`k${n}`)).then(
          () => '.',
          () => 'x',
        );
      return [outcome, faulty.faults.seed];
    };
    const [first, seed] = await run();
    expect(lines).toEqual([`faultyBackend: seed ${seed}`]);
    expect(await run(seed)).toEqual([first, seed]);
    expect(first).toMatch(/x/);
    expect(first).toMatch(/\./);
    expect((await run(seed + 1))[0]).not.toBe(first);
    expect(lines).toHaveLength(1);
  });

  it('befalls calls as often as it is told to', async () => {
    const { faulty } = connected({ chance: { error: 0.25 }, seed: 42 });
    let failed = 0;
    for (let n = 0; n < 2_000; n++)
      await Promise.resolve(faulty.has('a')).catch(() => {
        failed++;
      });
    expect(failed).toBeGreaterThan(400);
    expect(failed).toBeLessThan(600);
  });

  it('refuses chances that are none', () => {
    const { inner } = connected();
    expect(() => faultyBackend(inner, { chance: { error: undefined } as never, print() {} })).not.toThrow();
    for (const chance of [{ error: -0.1 }, { error: 0.6, hang: 0.6 }, { error: Number.NaN }, { errors: 0.1 }])
      expect(() => faultyBackend(inner, { chance })).toThrow(/chance: expected error, lostReply/);
  });

  it('lets a scheduler decide every order: requests, replies and late writes each wait to be let on', async () => {
    const steps: Step[] = [];
    const waiting: (() => void)[] = [];
    const { inner, faulty } = connected({
      step: (step) => {
        steps.push(step);
        return new Promise<void>((resolve) => waiting.push(resolve));
      },
    });
    const turn = () => new Promise(setImmediate);
    const set = faulty.set('a', '1');
    await turn();
    expect(steps).toEqual([{ operation: 'set', phase: 'request', keys: ['a'] }]);
    expect(inner.has('a')).toBe(false);
    waiting.shift()?.();
    await turn();
    expect(inner.has('a')).toBe(true);
    expect(steps.at(-1)).toEqual({ operation: 'set', phase: 'reply', keys: ['a'] });
    waiting.shift()?.();
    expect(await set).toBe(true);

    faulty.faults.script('delete', 'lateWrite');
    const deleted = expect(faulty.delete('a')).rejects.toThrow(CacheConnectionError);
    await turn();
    waiting.shift()?.();
    await deleted;
    expect(steps.at(-1)).toEqual({ operation: 'delete', phase: 'late', keys: ['a'] });
    expect(inner.has('a')).toBe(true);
    waiting.shift()?.();
    await faulty.faults.idle();
    expect(inner.has('a')).toBe(false);
  });

  it("lets fast-check's scheduler race two clients: both orders of a set and a delete are met", async () => {
    const ends = new Set<boolean>();
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const server = inMemoryServer<string>();
        const client = () =>
          faultyBackend(server.connect(), {
            step: ({ operation, phase }) => scheduler.schedule(Promise.resolve(), `${operation} ${phase}`),
          });
        const race = Promise.all([client().set('a', '1'), client().delete('a')]);
        await scheduler.waitFor(race);
        ends.add(server.connect().has('a'));
      }),
      { numRuns: 50 },
    );
    expect([...ends].sort()).toEqual([false, true]);
  });

  it('prints its seed to standard error unless told otherwise', () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { faulty } = connected({ chance: { error: 0.5 } });
    expect(printed).toHaveBeenCalledWith(`faultyBackend: seed ${faulty.faults.seed}`);
    printed.mockRestore();
  });

  it('passes figures and health on, and no fault befalls them', async () => {
    const inner = Object.assign(inMemoryServer<string>().connect(), {
      stats: () => ({ type: 'test', size: 3 }) as never,
      health: () => ({ status: 'up', details: { backend: 'test' } }) as const,
    });
    const faulty = faultyBackend(inner);
    faulty.faults.always = 'error';
    expect(faulty.stats()).toEqual({ type: 'test', size: 3 });
    expect(await faulty.health()).toEqual({ status: 'up', details: { backend: 'test' } });
  });

  it('has the optional capabilities of what it stands before, in types too, and no others', () => {
    const { faulty } = connected();
    expectTypeOf(faulty.get).returns.resolves.toHaveProperty('hit');
    expectTypeOf<Awaited<ReturnType<typeof faulty.acquire>>>().toHaveProperty('lease');
    expect(isLeasing(faulty)).toBe(true);
    const plain: Backend<string> = { ...connected().inner };
    for (const name of ['acquire', 'renew', 'release', 'settled', 'invalidateTags', 'onInvalidate'])
      Reflect.deleteProperty(plain, name);
    const bare = faultyBackend(plain);
    expect(isLeasing(bare) || isTagging(bare)).toBe(false);
    // @ts-expect-error a backend without leases has none behind faults either
    expect(bare.acquire).toBeUndefined();
    const fault: Fault = { delay: 1 };
    // @ts-expect-error no such operation
    bare.faults.script('gett', fault);
  });
});
