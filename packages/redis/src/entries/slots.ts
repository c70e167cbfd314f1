import { Command } from 'ioredis';
import type { Link } from '../connection/link.ts';

const MOST_KEYS = 500;

/** Keys in groups that one command may name: of one slot on a cluster, and never so many that others wait for it. */
export function groupBySlot(link: Pick<Link, 'clustered'>, keys: readonly string[]): (readonly string[])[] {
  if (!link.clustered) return keys.length <= MOST_KEYS ? [keys] : split(keys);
  const bySlot = new Map<number, string[]>();
  for (const key of keys) {
    const slot = new Command('unlink', [key]).getSlot();
    const group = bySlot.get(slot);
    if (group === undefined) bySlot.set(slot, [key]);
    else group.push(key);
  }
  return [...bySlot.values()].flatMap(split);
}

function split(keys: readonly string[]): string[][] {
  const groups: string[][] = [];
  for (let i = 0; i < keys.length; i += MOST_KEYS) groups.push(keys.slice(i, i + MOST_KEYS));
  return groups;
}
