import { notItsReply } from './connection/commands.ts';
import type { Link } from './connection/link.ts';
import { isBytes, type Shape, tuple } from './scripts/shape.ts';

/** The servers' time, as well as it can be known from here: an interval, because a question takes time to travel. */
export interface ServerClock {
  /** Whether the server's time is still before `deadline`; undefined: too close to tell, or not known yet. */
  isBefore(deadline: number): boolean | undefined;
  /** The earliest the server's time can be; asks when it is not known. */
  earliest(): Promise<number>;
  /** Another server may have another time. */
  forget(): void;
}

const ASK_AGAIN_AFTER_MS = 10_000;
// Clocks of two machines drift apart by some parts in a million; ten times that is on the safe side.
const DRIFT = 0.0005;
// The server's deadlines are whole milliseconds.
const GRAIN_MS = 1;

const isTime: Shape<[Buffer, Buffer]> = tuple<[Buffer, Buffer]>(isBytes, isBytes);

export function serverClock(link: Link): ServerClock {
  /** Server time minus ours, at least and at most; and our time when that was found out. */
  let known: { readonly low: number; readonly high: number; readonly at: number } | undefined;
  let asking: Promise<void> | undefined;
  let forgotten = 0;

  const ask = (): Promise<void> => {
    if (asking !== undefined) return asking;
    const since = forgotten;
    const answer = (async () => {
      const nodes = await link.nodes();
      const before = performance.now();
      const replies = await Promise.all(nodes.map((node) => node.send('time', [])));
      const after = performance.now();
      const times = replies.map((reply) => {
        const ms = isTime(reply) ? Number(reply[0]) * 1000 + Number(reply[1]) / 1000 : Number.NaN;
        if (Number.isNaN(ms)) throw notItsReply(link, { operation: 'reading the clock', writes: false });
        return ms;
      });
      // It was another server's, else.
      if (since === forgotten)
        known = { low: Math.min(...times) - after, high: Math.max(...times) - before, at: after };
    })().finally(() => {
      if (asking === answer) asking = undefined;
    });
    asking = answer;
    return answer;
  };

  const bounds = (now: number): { readonly low: number; readonly high: number } | undefined => {
    const age = known === undefined ? Number.POSITIVE_INFINITY : now - known.at;
    if (age > ASK_AGAIN_AFTER_MS) void ask().catch(() => {}); // who asked is answered without it
    if (known === undefined || age > 10 * ASK_AGAIN_AFTER_MS) return undefined;
    const doubt = age * DRIFT + GRAIN_MS;
    return { low: now + known.low - doubt, high: now + known.high + doubt };
  };

  return {
    isBefore(deadline) {
      const server = bounds(performance.now());
      if (server === undefined) return undefined;
      if (server.high < deadline) return true;
      return server.low >= deadline ? false : undefined;
    },
    async earliest() {
      const server = bounds(performance.now());
      if (server !== undefined) return server.low;
      await ask();
      return bounds(performance.now())?.low ?? 0;
    },
    forget() {
      forgotten++;
      known = undefined;
      asking = undefined;
    },
  };
}
