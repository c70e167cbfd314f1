/** What `value` is, in a message that must not show it. */
export function kindOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}
