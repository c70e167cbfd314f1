import type { Leasing, Wire } from '@cache/core';
import type { Link } from '../connection/link.ts';

/** Who waits for the end of somebody else's load. */
export interface Waiters extends Pick<Leasing<Wire>, 'settled'> {
  /** `key` was written or its lease ended; no key: any may have. */
  wake(key: string): void;
  /** From now on wakes are heard; what ended before is looked for. */
  heard(): void;
}

interface Waiter {
  done(): void;
  look(): void;
}

// A plain SET wakes nobody, and a message can be lost: so a waiter looks for itself, now and then.
const LOOK_MS = 250;
const LEASED = 1;

/** @param listen begins to listen for wakes; called when the first one waits */
export function waiters(link: Link, listen: () => void): Waiters {
  const waiting = new Map<string, Set<Waiter>>();

  return {
    settled(key, signal) {
      listen();
      return new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const group = waiting.get(key) ?? new Set();
        waiting.set(key, group);
        const look = (): void => {
          link.send('getrange', [key, 0, 1]).then(
            (start) => {
              const [mark, flags] = start as Buffer;
              if (mark !== 0xc1 || flags === undefined || (flags & LEASED) === 0) done();
            },
            () => {}, // the next look may succeed, and whoever waits has a bound of its own
          );
        };
        const done = (): void => {
          clearInterval(looking);
          signal.removeEventListener('abort', done);
          group.delete(waiter);
          if (group.size === 0 && waiting.get(key) === group) waiting.delete(key);
          resolve();
        };
        const looking = setInterval(look, LOOK_MS).unref();
        const waiter: Waiter = { done, look };
        group.add(waiter);
        signal.addEventListener('abort', done);
      });
    },
    heard() {
      for (const group of waiting.values()) for (const { look } of group) look();
    },
    wake(key) {
      const groups = key === '' ? [...waiting.values()] : [waiting.get(key)];
      for (const group of groups) for (const { done } of [...(group ?? [])]) done();
    },
  };
}
