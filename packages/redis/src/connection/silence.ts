import type { Redis } from 'ioredis';

/** Tells a server that says nothing from one that is slow. */
export interface Silence {
  /** Before something is written: what has come until now answers nothing of it. */
  look(): void;
  /** Nothing has come for the whole time. */
  tooLong(): boolean;
}

/** @param limit milliseconds without a byte after which nobody is there */
export function silence(client: Redis, limit: number): Silence {
  // Bytes received when it was last looked, and since when it has been that many.
  let received = 0;
  let since = performance.now();
  const heard = (): boolean => {
    const bytes = client.stream?.bytesRead ?? 0;
    if (bytes === received) return false;
    received = bytes;
    since = performance.now();
    return true;
  };
  return {
    look: () => void heard(),
    tooLong: () => !heard() && performance.now() - since >= limit,
  };
}
