import type { Link } from '../connection/link.ts';
import { deleteScript, invalidateScript } from '../scripts/scripts.ts';
import { run } from './keyspace.ts';
import { groupBySlot } from './slots.ts';
import { newEpoch, TAG_LOG, tagKeys } from './tag-keys.ts';

/**
 * Deletes and invalidations that failed. The caller was told; yet the old value must not come back, so they are owed:
 * paid as soon as there is a connection again, and before this process reads what they are about. A delete that was
 * obeyed after all is harmless twice.
 */
export interface Debts {
  /** Whether anything is owed: checked on every read, so it is a field. */
  readonly any: boolean;
  owes(key: string): boolean;
  owesTag(tag: string): boolean;
  owe(keys: readonly string[]): void;
  oweTags(tags: readonly string[]): void;
  /** A new value stands where the old one had to go. */
  forgive(key: string): void;
  /** Pays all; rejects with the first refusal and still owes the rest. */
  pay(): Promise<void>;
  /** Pays what is owed of `owed`, also what a payment under way began too early for; rejects while it is refused. */
  settle(owed: readonly string[]): Promise<void>;
  close(): void;
}

const MOST = 100_000;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 10_000;

export function debtsTo(link: Link, warn: (message: string) => void): Debts {
  const keys = new Set<string>();
  const tags = new Set<string>();
  let paying: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let any = false;
  let delay = FIRST_RETRY_MS;

  const add = (to: Set<string>, names: readonly string[]): void => {
    for (const name of names) {
      if (keys.size + tags.size >= MOST) {
        warn(`redis: ${MOST} deletes have failed and more are not remembered; clear the cache when the server is back`);
        break;
      }
      to.add(name);
    }
    any = true;
    retryLater();
  };

  const retryLater = (): void => {
    if (retry !== undefined) return;
    retry = setTimeout(() => {
      retry = undefined;
      if (!any) return;
      if (link.state === 'ready')
        pay().catch(() => {}); // it tries again by itself
      else retryLater();
    }, delay).unref();
  };

  const payKeys = async (group: readonly string[]): Promise<void> => {
    await run({ link }, { operation: 'delete', keys: group, writes: true }, deleteScript, group);
    for (const key of group) keys.delete(key);
  };

  const payAll = async (): Promise<void> => {
    const due = [...tags];
    const payments = groupBySlot(link, [...keys]).map(payKeys);
    for (let i = 0; i < due.length; i += 500) payments.push(payTags(due.slice(i, i + 500)));
    const results = await Promise.allSettled(payments);
    any = keys.size + tags.size > 0;
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  };

  const payTags = async (group: readonly string[]): Promise<void> => {
    const purpose = { operation: 'invalidateTags', writes: true };
    await run({ link }, purpose, invalidateScript, [TAG_LOG, ...tagKeys(group)], [newEpoch(), ...group]);
    for (const tag of group) tags.delete(tag);
  };

  const pay = (): Promise<void> => {
    paying ??= payAll().finally(() => {
      paying = undefined;
      // What the server refuses for good, for want of a right, is not asked for four times a second.
      delay = any ? Math.min(2 * delay, LONGEST_RETRY_MS) : FIRST_RETRY_MS;
      if (any) retryLater();
    });
    return paying;
  };

  const owes = (key: string): boolean => keys.has(key);

  return {
    get any() {
      return any;
    },
    owes,
    owesTag: (tag) => tags.has(tag),
    owe: (names) => add(keys, names),
    oweTags: (names) => add(tags, names),
    forgive(key) {
      keys.delete(key);
      any = keys.size + tags.size > 0;
    },
    pay,
    async settle(owed) {
      while (owed.some(owes)) {
        try {
          await pay();
        } catch (error) {
          if (owed.some(owes)) throw error; // what was refused was another's, else
        }
      }
    },
    close() {
      clearTimeout(retry);
    },
  };
}
