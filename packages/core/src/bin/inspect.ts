import { inspect as asText } from 'node:util';
import { plainJson } from '../compose/plain-json.ts';
import { isPlainJson } from '../compose/plain-value.ts';
import { serialized } from '../compose/serialized.ts';
import type { Environment } from '../config/from-env.ts';
import type { Opened } from '../config/open-caches.ts';
import type { Backend, Entry } from '../contract/backend.ts';
import type { Wire } from '../contract/serializer.ts';
import { assertKey } from '../keys/key.ts';
import { type Choice, withCache } from './open-chosen.ts';

/** `cache inspect <key>`: one entry, also in its stale window. @returns the exit code: 1 without an entry */
export async function inspect(key: string, choice: Choice, env: Environment): Promise<number> {
  return withCache(choice, env, async (opened) => {
    const found = await entryOf(key, opened);
    if (choice.json) process.stdout.write(`${JSON.stringify(asJson(found), null, 2)}\n`);
    else if (found.entry !== undefined) process.stdout.write(`${asLines(found, found.entry).join('\n')}\n`);
    if (found.entry === undefined) process.stderr.write(`${found.key}: no entry\n`);
    return found.entry === undefined ? 1 : 0;
  });
}

interface Found {
  /** As the server knows it. */
  readonly key: string;
  readonly entry: Entry<unknown> | undefined;
  /** On a backend of bytes. */
  readonly bytes: number | undefined;
}

async function entryOf(key: string, { cache, backend, serializer }: Opened): Promise<Found> {
  assertKey(key);
  const full = cache.prefix + key;
  let bytes: number | undefined;
  let entry = await backend.getEntry(full);
  if (entry !== undefined && (backend.stores === 'bytes' || serializer !== undefined)) {
    bytes = Buffer.byteLength(entry.value as Wire);
    entry = await serialized(backend as Backend<Wire>, serializer ?? plainJson).getEntry(full);
  }
  // tags are kept under the prefix of the cache
  const tags = entry?.tags?.map((tag) => (tag.startsWith(cache.prefix) ? tag.slice(cache.prefix.length) : tag));
  return { key: full, entry: entry && { ...entry, ...(tags && { tags }) }, bytes };
}

function asJson({ key, entry, bytes }: Found): unknown {
  if (entry === undefined) return { key, found: false };
  const { value, freshFor, expiresIn, tags = [] } = entry;
  // what JSON cannot carry is shown as text
  return { key, found: true, bytes, freshFor, expiresIn, tags, value: isPlainJson(value) ? value : asText(value) };
}

function asLines({ key, bytes }: Found, { value, freshFor, expiresIn, tags = [] }: Entry<unknown>): string[] {
  const fresh = freshFor !== null && freshFor <= 0 ? `no longer, stale for ${readable(-freshFor)}` : readable(freshFor);
  return [
    `key         ${key}`,
    ...(bytes === undefined ? [] : [`bytes       ${bytes}`]),
    `fresh for   ${fresh}`,
    `expires in  ${readable(expiresIn)}`,
    ...(tags.length === 0 ? [] : [`tags        ${tags.join(', ')}`]),
    `value       ${asText(value, { depth: 20, colors: process.stdout.isTTY === true && !process.env.NO_COLOR })}`,
  ];
}

/** `4m 12s`; below ten seconds in milliseconds. */
function readable(ms: number | null): string {
  if (ms === null) return 'never';
  if (ms < 10_000) return `${Math.round(ms)}ms`;
  const seconds = Math.round(ms / 1_000);
  const parts = {
    d: Math.floor(seconds / 86_400),
    h: Math.floor(seconds / 3_600) % 24,
    m: Math.floor(seconds / 60) % 60,
    s: seconds % 60,
  };
  return Object.entries(parts)
    .filter(([, amount]) => amount > 0)
    .map(([unit, amount]) => `${amount}${unit}`)
    .join(' ');
}
