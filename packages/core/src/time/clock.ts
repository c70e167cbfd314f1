/** Where time comes from: monotonic milliseconds since an arbitrary start, fractions allowed. */
export interface Clock {
  now(): number;
}

/**
 * The process' monotonic clock: a step of the wall clock neither expires nor revives anything.
 *
 * Fake timers move it. Those of vitest and Jest replace `performance.now`, which is therefore looked up at each call and
 * never kept. Those of `node:test` leave it alone and replace `Date` by one that says so (`isMock`): time then goes on
 * from where it was as that `Date` does.
 */
export const systemClock: Clock = {
  now() {
    const date: DateConstructor & { readonly isMock?: boolean } = Date;
    return date.isMock === true ? mockedNow(date) : performance.now();
  },
};

let mocked: DateConstructor | undefined;
let offset = 0;
let latest = 0;

function mockedNow(date: DateConstructor): number {
  if (date !== mocked) {
    mocked = date;
    offset = Math.max(performance.now(), latest) - date.now();
  }
  latest = offset + date.now();
  return latest;
}
