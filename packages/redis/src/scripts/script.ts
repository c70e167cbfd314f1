import { createHash } from 'node:crypto';
import type { Shape } from './shape.ts';

/** A Lua script. The server knows it by the digest of its text once it has seen it. */
export interface Script<T = unknown> {
  readonly name: string;
  readonly text: string;
  readonly sha: string;
  /** What it gives. */
  readonly gives: Shape<T>;
}

export function script<T>(name: string, gives: Shape<T>, ...parts: readonly string[]): Script<T> {
  const text = parts.map((part) => part.trim()).join('\n');
  return { name, text, sha: createHash('sha1').update(text).digest('hex'), gives };
}
