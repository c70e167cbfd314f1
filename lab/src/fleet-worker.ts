/** What a fleet asks of a worker. */
export interface Call {
  readonly id: number;
  readonly operation: string;
  readonly args: readonly unknown[];
}

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Answers the calls of the fleet this process belongs to, and ends with it. */
// biome-ignore lint/suspicious/noExplicitAny: what an operation takes is between it and who calls it
export function serveFleet(operations: Readonly<Record<string, (...args: any[]) => unknown>>): void {
  const answer = (message: Answer): void => void process.send?.(message);
  process.on('disconnect', () => process.exit());
  process.on('message', async ({ id, operation, args }: Call) => {
    try {
      const run = operations[operation];
      if (run === undefined) throw new Error(`worker: expected one of ${Object.keys(operations)}, got ${operation}`);
      answer({ id, value: await run(...args) });
    } catch (error) {
      answer({ id, error: (error as Error).message });
    }
  });
  answer({ id: 0 });
}
