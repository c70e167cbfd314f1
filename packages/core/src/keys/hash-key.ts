import { createHash } from 'node:crypto';

/** SHA-256 of `text` in base64url: 43 characters, however long the text. For keys that would otherwise be long. */
export function hashKey(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
