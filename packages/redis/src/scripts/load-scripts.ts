import type { Link } from '../connection/link.ts';
import * as scripts from './scripts.ts';

/**
 * Gives the servers the scripts before the first is called, so that no caller pays for the second trip. Needs the right
 * `+script|load`; without it, and on servers that forget them, each script is sent when it is first missing. Never rejects.
 */
export async function loadScripts(link: Link): Promise<void> {
  try {
    const nodes = await link.nodes();
    const texts = Object.values(scripts).map(({ text }) => text);
    await Promise.allSettled(nodes.flatMap((node) => texts.map((text) => node.send('script', ['LOAD', text]))));
  } catch {
    // the connection is gone again, and the next one loads them
  }
}
