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
  onExpiry: (() => void) | undefined;
}

// A timer that fires this late was held up by this process, whose sockets then hold replies nobody has read yet.
const STALLED_MS = 50;
const GRACE_MS = 20;

export function deadlines(timeout: number): Deadlines {
  let pending: Pending[] = [];
  let timer: NodeJS.Timeout | undefined;

  const arm = (delay: number): void => {
    timer = setTimeout(look, delay).unref();
  };

  const look = (): void => {
    const late = performance.now() - (pending[0]?.dueAt ?? 0);
    // One pass through the poll phase reads what has arrived; after a stall there may be more of it.
    if (late > STALLED_MS) setTimeout(judge, GRACE_MS).unref();
    else setImmediate(judge);
  };

  const judge = (): void => {
    timer = undefined;
    const now = performance.now();
    let over = 0;
    for (let one = pending[0]; one !== undefined; one = pending[++over]) {
      if (one.onExpiry === undefined) continue;
      if (one.dueAt > now) break;
      one.onExpiry();
    }
    pending = pending.slice(over);
    const next = pending[0];
    if (next !== undefined) arm(Math.max(next.dueAt - now, 0) + 1);
  };

  return {
    begin(onExpiry) {
      const deadline: Pending = {
        dueAt: performance.now() + timeout,
        onExpiry,
        end() {
          deadline.onExpiry = undefined;
        },
      };
      pending.push(deadline);
      if (timer === undefined) arm(timeout);
      return deadline;
    },
  };
}
