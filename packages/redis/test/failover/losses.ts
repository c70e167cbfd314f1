import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

/**
 * When the server behind an address became another one, by its run id and replication id: what the one before had
 * acknowledged may be lost, and nobody who asks the new one can know.
 */
export class Losses {
  /** Times at which the one before was last there. */
  readonly #at: number[] = [];
  readonly #admin: Redis;
  readonly #watching: Promise<void>;
  #ended = false;

  constructor(address: { readonly host: string; readonly port: number }) {
    this.#admin = new Redis({ ...address, retryStrategy: () => 10, maxRetriesPerRequest: null });
    this.#watching = this.#watch();
  }

  get count(): number {
    return this.#at.length;
  }

  /** Whether what was asked for at `before` may be lost at `after`. Times of `performance.now()`. */
  between(before: number, after: number): boolean {
    return this.#at.some((at) => before <= at && at <= after);
  }

  async stop(): Promise<void> {
    this.#ended = true;
    this.#admin.disconnect();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    let before: string | undefined;
    let goneAt: number | undefined;
    this.#admin.on('error', () => {});
    this.#admin.on('close', () => {
      goneAt ??= performance.now();
    });
    while (!this.#ended) {
      const identity = await identityOf(this.#admin).catch(() => undefined); // asked again
      if (identity !== undefined) {
        if (before !== undefined && identity !== before) this.#at.push(goneAt ?? performance.now());
        before = identity;
        goneAt = undefined;
      }
      await sleep(10);
    }
  }
}

async function identityOf(admin: Redis): Promise<string> {
  const info = await admin.info(); // in one: between two it may become another
  return `${/run_id:(\w+)/.exec(info)?.[1]} ${/master_replid:(\w+)/.exec(info)?.[1]}`;
}
