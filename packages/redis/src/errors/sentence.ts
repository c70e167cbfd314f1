/** `text` with an end: advice may be a question. */
export function sentence(text: string): string {
  return text.endsWith('?') ? text : `${text}.`;
}
