import { createHash } from 'node:crypto';

/** A Lua script. The server knows it by the digest of its text once it has seen it. */
export interface Script {
  readonly name: string;
  readonly text: string;
  readonly sha: string;
}

export function script(name: string, ...parts: readonly string[]): Script {
  const text = parts.map((part) => part.trim()).join('\n');
  return { name, text, sha: createHash('sha1').update(text).digest('hex') };
}
