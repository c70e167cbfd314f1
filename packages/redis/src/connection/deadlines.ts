/** Calls back what is not over within the same time for all: in the order of beginning, with one timer for all. */
export interface Deadlines {
  begin(onExpiry: () => void): Deadline;
}

export interface Deadline {
  /** It ended in time: `onExpiry` is not called, and is let go. */
  end(): void;
}

interface Pending extends Deadline {
  readonly dueAt: number;
  readonly onExpiry: () => void;
}

// A timer that fires this late was held up by this process, whose sockets then hold replies nobody has read yet.
const STALLED_MS = 50;
const GRACE_MS = 20;

export function deadlines(timeout: number): Deadlines {
  // What ended in time is gone at once. Kept until its time was up, it would be moved to the old generation, and with it
  // what it refers to: every command and reply of a whole timeout, collected late and at great cost.
  const pending = new Set<Pending>();
  let timer: NodeJS.Timeout | undefined;
  let firesAt = 0;

  const first = (): Pending | undefined => pending.values().next().value;

  const arm = (delay: number): void => {
    firesAt = performance.now() + delay;
    timer = setTimeout(look, delay).unref();
  };

  const look = (): void => {
    // One pass through the poll phase reads what has arrived; after a stall there may be more of it.
    if (performance.now() - firesAt > STALLED_MS) setTimeout(judge, GRACE_MS).unref();
    else setImmediate(judge);
  };

  const judge = (): void => {
    timer = undefined;
    const now = performance.now();
    for (const one of pending) {
      if (one.dueAt > now) break;
      pending.delete(one);
      one.onExpiry();
    }
    const next = first();
    if (next !== undefined && timer === undefined) arm(Math.max(next.dueAt - now, 0) + 1);
  };

  return {
    begin(onExpiry) {
      const deadline: Pending = {
        dueAt: performance.now() + timeout,
        onExpiry,
        end: () => void pending.delete(deadline),
      };
      pending.add(deadline);
      if (timer === undefined) arm(timeout);
      return deadline;
    },
  };
}
