import { type Awaitable, isPending } from '@cache/core';

/** Runs `run`, and `ended` when it has returned, thrown, resolved or rejected. */
export function ending<X>(run: () => Awaitable<X>, ended: () => void): Awaitable<X> {
  let running: Awaitable<X>;
  try {
    running = run();
  } catch (error) {
    ended();
    throw error;
  }
  if (!isPending(running)) {
    ended();
    return running;
  }
  return Promise.resolve(running).finally(ended);
}
