/** Whether a string has no lone surrogate. In every Node we support, but not in the library of TypeScript that goes with the oldest. */
export const isWellFormedString = (value: string): boolean =>
  (value as string & { isWellFormed(): boolean }).isWellFormed();

const REPLACEMENT = Buffer.from('\ufffd');

/**
 * Whether `utf8` may have been made of text with a lone surrogate, of which encoders make U+FFFD, or the three bytes of the
 * surrogate itself. Among other text it takes a fraction of the time that a look at that text takes.
 */
export function mayHoldSurrogate(utf8: Buffer): boolean {
  const first = utf8.indexOf(0xef); // of U+FFFD, and of much else
  if (first !== -1 && utf8.indexOf(REPLACEMENT, first) !== -1) return true;
  let at = utf8.indexOf(0xed);
  for (let hits = 0; at !== -1; at = utf8.indexOf(0xed, at + 1))
    if ((utf8[at + 1] ?? 0) >= 0xa0 || ++hits === 64) return true; // Korean is full of this byte
  return false;
}
