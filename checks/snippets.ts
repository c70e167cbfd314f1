import { readFileSync } from 'node:fs';

/**
 * A block of a document that begins with three backquotes and `ts`. Words after `ts` say what else is true of it:
 * `run`: it is also run, and prints the block of `text` that follows it, if one does; `continued`: it goes on from the block before it;
 * `legacy`: it is compiled with `experimentalDecorators`.
 */
export interface Snippet {
  /** Of its first line of code, from 1. */
  readonly line: number;
  readonly words: readonly string[];
  /** The program: this block, those it continues and what is given, each on the lines that it has in the document. */
  readonly program: string;
  readonly prints: string | undefined;
}

interface Block {
  readonly line: number;
  readonly code: readonly string[];
}

/** Code that a reader is spared: `<!-- given`, declarations, `-->`. It stands above every later snippet of its document that is not run. */
const GIVEN = '<!-- given';

export function snippetsOf(file: string): readonly Snippet[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const given: Block[] = [];
  let chain: Block[] = [];
  const snippets: Snippet[] = [];
  for (let i = 0; i < lines.length; i++) {
    const opening = lines[i] as string;
    const fence = /^```(\S*)\s*(.*)$/.exec(opening);
    if (fence === null && opening.trim() !== GIVEN) continue;
    const end = lines.indexOf(fence === null ? '-->' : '```', i + 1);
    if (end === -1) throw new Error(`${file}:${i + 1}: expected an end of this block, found none`);
    const block: Block = { line: i + 2, code: lines.slice(i + 1, end) };
    i = end;
    if (fence === null) given.push(block);
    else if (fence[1] === 'ts') {
      const words = (fence[2] as string).split(/\s+/).filter((word) => word !== '');
      const unknown = words.find((word) => !['run', 'continued', 'legacy'].includes(word));
      if (unknown !== undefined)
        throw new Error(`${file}:${block.line - 1}: expected run, continued or legacy, got ${unknown}`);
      chain = words.includes('continued') ? [...chain, block] : [block];
      snippets.push({
        line: block.line,
        words,
        program: programOf(words.includes('run') ? chain : [...given, ...chain]),
        prints: textAfter(lines, end),
      });
    }
  }
  return snippets;
}

function programOf(blocks: readonly Block[]): string {
  const program: string[] = [];
  for (const { line, code } of blocks) for (const [i, text] of code.entries()) program[line - 1 + i] = text;
  // A module, also where it neither imports nor exports: it may await.
  return `${Array.from(program, (text) => text ?? '').join('\n')}\nexport {};\n`;
}

/** The lines of a block of `text` that follows with nothing but blank lines between. */
function textAfter(lines: readonly string[], end: number): string | undefined {
  let next = end + 1;
  while (lines[next]?.trim() === '') next++;
  if (lines[next] !== '```text') return undefined;
  return `${lines.slice(next + 1, lines.indexOf('```', next + 1)).join('\n')}\n`;
}
