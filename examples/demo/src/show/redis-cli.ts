/**
 * Bytes as `redis-cli GET` shows them on a terminal: in double quotes, with a backslash before quotes and backslashes and
 * `\xHH` for what is not printable ASCII. (The rules of `sdscatrepr` in Redis' sds.c.)
 */
export function asRedisCli(bytes: Uint8Array): string {
  return `"${Array.from(bytes, shown).join('')}"`;
}

const names: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  13: '\\r',
  34: '\\"',
  92: '\\\\',
};

function shown(byte: number): string {
  return (
    names[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`)
  );
}
