// Longer ones fire at once in Node.
const longest = 2 ** 31 - 1;

/** Calls `ring` after `ms` milliseconds, or after 24 days where that is later than a timer can be. Keeps no process alive. */
export function alarm(ms: number, ring: () => void): NodeJS.Timeout {
  const timer = setTimeout(ring, Math.min(ms, longest));
  timer.unref();
  return timer;
}
