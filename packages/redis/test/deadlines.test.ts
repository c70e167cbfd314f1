import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { deadlines } from '../src/connection/deadlines.ts';

it('calls back what has not ended in time, once, in the order of beginning', async () => {
  const limits = deadlines(20);
  const expired: number[] = [];
  const begun = [0, 1, 2, 3].map((n) => limits.begin(() => expired.push(n)));
  begun[1]?.end();
  begun[2]?.end();
  await expect.poll(() => expired).toEqual([0, 3]);
  limits.begin(() => expired.push(4));
  await sleep(10);
  expect(expired).toEqual([0, 3]);
  await expect.poll(() => expired).toEqual([0, 3, 4]);
});

it('what begins while others expire has its whole time', async () => {
  const limits = deadlines(30);
  const took: number[] = [];
  const begin = (after: () => void): void => {
    const began = performance.now();
    limits.begin(() => {
      took.push(performance.now() - began);
      after();
    });
  };
  begin(() => begin(() => {}));
  await expect.poll(() => took.length).toBe(2);
  for (const ms of took) expect(ms).toBeGreaterThanOrEqual(29);
});

it('lets go of what ended at once, long before its time is up', async () => {
  const limits = deadlines(60_000);
  const held = (() => {
    const reply = { bytes: new Uint8Array(8) };
    const deadline = limits.begin(() => reply.bytes.fill(0));
    deadline.end();
    return new WeakRef(reply);
  })();
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void; // what the flag has just made
  await expect
    .poll(() => {
      gc();
      return held.deref() === undefined;
    })
    .toBe(true);
});
