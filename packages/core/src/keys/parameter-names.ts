/*
 * Parameter names as the source of a function spells them. One pass over the text: strings, templates, comments,
 * regular expressions and brackets are skipped as wholes, so what looks like a comma or a parenthesis inside them is not one.
 */

/**
 * The names of the parameters of `fn`, in order, empty for one without a name (destructured, rest). Empty altogether when
 * the source cannot be read (native and bound functions), and when several parameters have only names of one or two
 * characters: a minifier may have given those, and they could stand for something else than what was written.
 */
export function parameterNames(fn: (...args: never[]) => unknown): readonly string[] {
  const source = Function.prototype.toString.call(fn);
  const bare = /^(?:async\s+)?([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=>/u.exec(source);
  const names = bare !== null ? [bare[1] as string] : splitParameters(source).map(nameOf);
  const written = names.filter((name) => name !== '');
  return written.length > 1 && written.every((name) => name.length <= 2) ? [] : names;
}

function nameOf(parameter: string): string {
  return /^([\p{ID_Start}$_][\p{ID_Continue}$]*)(?:=|$)/u.exec(parameter)?.[1] ?? '';
}

/** The texts between the commas of the first parentheses, without comments and whitespace. */
function splitParameters(source: string): string[] {
  const parameters: string[] = [];
  let depth = 0;
  let inside = false;
  let current = '';
  let index = 0;
  while (index < source.length) {
    const end = skip(source, index, current);
    const char = source[index] as string;
    if (end > index + 1) {
      // A whole: a comment is nothing, anything else is a value that is not a name.
      if (inside && !isComment(source, index)) current += '"';
      index = end;
      continue;
    }
    index++;
    if (!inside) {
      if (char === '[') depth++;
      else if (char === ']') depth--;
      else if (char === '(' && depth === 0) inside = true;
      continue;
    }
    if (depth === 0 && char === ')') return current === '' ? parameters : [...parameters, current];
    if (depth === 0 && char === ',') {
      parameters.push(current);
      current = '';
      continue;
    }
    if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    if (!/\s/.test(char)) current += char;
  }
  return [];
}

function isComment(source: string, index: number): boolean {
  return source[index] === '/' && (source[index + 1] === '/' || source[index + 1] === '*');
}

/** Where the string, template, comment or regular expression that begins at `index` ends; `index` when none does. */
function skip(source: string, index: number, before: string): number {
  const char = source[index];
  if (char === '"' || char === "'") return closing(source, index + 1, char);
  if (char === '`') return closing(source, index + 1, '`');
  if (char !== '/') return index;
  if (source[index + 1] === '/') return after(source, '\n', index);
  if (source[index + 1] === '*') return after(source, '*/', index + 2);
  // A slash after a value divides; anywhere else it opens a regular expression.
  return /[\w$)\]}"]/.test(before.at(-1) ?? '') ? index : closing(source, index + 1, '/');
}

function closing(source: string, from: number, quote: string): number {
  let inClass = false;
  for (let index = from; index < source.length; index++) {
    const char = source[index];
    if (char === '\\') index++;
    else if (quote === '/' && char === '[') inClass = true;
    else if (quote === '/' && char === ']') inClass = false;
    else if (quote === '`' && char === '$' && source[index + 1] === '{') index = closingBrace(source, index + 2);
    else if (char === quote && !inClass) return index + 1;
  }
  return source.length;
}

// `${…}` may hold strings and templates again.
function closingBrace(source: string, from: number): number {
  let depth = 1;
  for (let index = from; index < source.length; index++) {
    const char = source[index];
    if (char === '"' || char === "'" || char === '`') index = closing(source, index + 1, char) - 1;
    else if (char === '{') depth++;
    else if (char === '}' && --depth === 0) return index;
  }
  return source.length;
}

function after(source: string, end: string, from: number): number {
  const found = source.indexOf(end, from);
  return found < 0 ? source.length : found + end.length;
}
