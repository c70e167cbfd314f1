/**
 * The first of several attempts that succeeds: while one is neither successful nor over, another begins after `everyMs`.
 * An attempt whose bytes an outage swallowed would otherwise have to be waited for, though the outage is over.
 * @param failed is told why an attempt failed
 * @param discard takes what came second
 * @throws the last failure, when no attempt is left
 */
export function staggered<T>(
  attempt: () => Promise<T>,
  everyMs: number,
  failed: (error: Error) => void,
  discard: (late: T) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let running = 0;
    let over = false;
    const launch = (): void => {
      running++;
      attempt().then(
        (value) => {
          if (over) return discard(value);
          over = true;
          clearInterval(timer);
          resolve(value);
        },
        (error: Error) => {
          running--;
          if (over) return;
          failed(error);
          if (running > 0) return;
          over = true;
          clearInterval(timer);
          reject(error);
        },
      );
    };
    const timer = setInterval(launch, everyMs).unref();
    launch();
  });
}
