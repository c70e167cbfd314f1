/** Lets pieces of work on one key happen one after the other, in the order they were asked for. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does `work` when all earlier work on `key` is done, whatever came of it. */
  take<R>(key: string, work: () => R | Promise<R>): Promise<R> {
    const before = this.#last.get(key);
    const mine = before === undefined ? Promise.resolve().then(work) : before.then(work, work);
    this.#last.set(key, mine);
    const forget = (): void => {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    };
    mine.then(forget, forget);
    return mine;
  }
}
