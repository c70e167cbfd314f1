import { CacheKeyError } from '../contract/errors.ts';

/** `{root.path=fallback}`. */
export interface Placeholder {
  /** As messages show it: without the fallback, and cut off when it is long. */
  readonly text: string;
  /** `this`, the position of an argument, or a name. */
  readonly root: string | number;
  readonly path: readonly string[];
  readonly fallback: string | undefined;
}

/** A template taken apart: `texts` has one more element than `placeholders`, and they alternate. */
export interface ParsedTemplate {
  readonly texts: readonly string[];
  readonly placeholders: readonly Placeholder[];
}

// placeholder := root { '.' segment } [ '=' fallback ]    root := 'this' | digits | name    segment := digits | name
const segment = /^(?:\d{1,9}|[\p{ID_Start}$_][\p{ID_Continue}$]*)$/u;
const refusedSegments: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Takes a key template apart, in one pass.
 * @throws {CacheKeyError} when it is malformed.
 */
export function parseTemplate(template: string): ParsedTemplate {
  const texts: string[] = [];
  const placeholders: Placeholder[] = [];
  let text = '';
  let from = 0;
  for (;;) {
    const brace = nextBrace(template, from);
    text += template.slice(from, brace);
    if (brace === template.length) break;
    const doubled = template[brace] === template[brace + 1];
    if (doubled) {
      text += template[brace];
      from = brace + 2;
      continue;
    }
    if (template[brace] === '}') throw malformed(template, `an unopened } at ${brace}; a brace is written }}`);
    const end = nextBrace(template, brace + 1);
    if (template[end] !== '}') throw malformed(template, `an unclosed { at ${brace}; a brace is written {{`);
    placeholders.push(parsePlaceholder(template, template.slice(brace + 1, end)));
    texts.push(text);
    text = '';
    from = end + 1;
  }
  texts.push(text);
  return { texts, placeholders };
}

function nextBrace(template: string, from: number): number {
  for (let index = from; index < template.length; index++) {
    const code = template.charCodeAt(index);
    if (code === 123 || code === 125) return index;
  }
  return template.length;
}

function parsePlaceholder(template: string, inside: string): Placeholder {
  const equals = inside.indexOf('=');
  const text = equals < 0 ? inside : inside.slice(0, equals);
  const [root = '', ...path] = text.split('.');
  for (const part of [root, ...path]) {
    if (!segment.test(part) || refusedSegments.has(part))
      throw malformed(
        template,
        `{${shorten(inside)}}; a placeholder is {0}, {0.id}, {name}, {user.id}, {this.tenant} or {page=1}`,
      );
  }
  if (root === 'this' && path.length === 0)
    throw malformed(template, '{this}; name one of its properties: {this.tenant}');
  const fallback = equals < 0 ? undefined : inside.slice(equals + 1);
  return { text: shorten(text), root: /^\d/.test(root) ? Number(root) : root, path, fallback };
}

function malformed(template: string, got: string): CacheKeyError {
  return new CacheKeyError(`key template ${quoteTemplate(template)}: expected balanced placeholders, got ${got}`);
}

/** A template as messages show it: quoted, and cut off when it is long. */
export function quoteTemplate(template: string): string {
  return JSON.stringify(shorten(template));
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
