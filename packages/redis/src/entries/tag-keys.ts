import { randomBytes } from 'node:crypto';
import { CacheConfigError } from '@cache/core';

/** All in one slot of a cluster, so that any number of tags is one round trip, and one step. */
export const TAG_PREFIX = '\0{tags}:';
export const TAG_LOG = '\0{tags}';

// Two bytes hold the length of an entry's tags in its frame.
const MAX_TAG_BYTES = 65_535;
const VERSION_BYTES = 6; // eight characters

export function newVersion(): string {
  return randomBytes(VERSION_BYTES).toString('base64url');
}

export function newEpoch(): string {
  return randomBytes(9).toString('base64url');
}

/** Each tag once. @throws {CacheConfigError} when they do not fit into a frame */
export function distinct(tags: readonly string[]): readonly string[] {
  const unique = tags.length < 2 ? tags : [...new Set(tags)];
  const bytes = unique.reduce((sum, tag) => sum + Buffer.byteLength(tag) + 10, 0);
  if (bytes > MAX_TAG_BYTES)
    throw new CacheConfigError(
      `tags: expected at most ${MAX_TAG_BYTES} bytes for all tags of an entry, got ${bytes}; use fewer or shorter ones`,
    );
  return unique;
}

export function tagKeys(tags: readonly string[]): string[] {
  return tags.map((tag) => TAG_PREFIX + tag);
}
