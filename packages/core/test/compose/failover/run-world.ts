import { vi } from 'vitest';
import type { Action, PairShape } from './happenings.ts';
import { World } from './world.ts';

/** Everything that was wrong in a world in which `actions` happened. */
export async function wrongIn(shape: PairShape, actions: readonly Action[]): Promise<readonly string[]> {
  vi.useFakeTimers();
  const world = new World(shape);
  try {
    await world.start();
    for (const action of actions) await world.do(action);
    await world.heal();
    await world.settled();
    await world.look();
    await world.heal();
    await world.empty();
    await world.look();
    await world.end();
    return [...world.wrong, ...world.seen.stale()];
  } finally {
    vi.useRealTimers();
  }
}
