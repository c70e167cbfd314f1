import { CacheKeyError } from '../contract/errors.ts';
import { encodeKey, isPlain } from './encode-key.ts';
import { parameterNames } from './parameter-names.ts';
import { type Placeholder, parseTemplate, quoteTemplate } from './parse-template.ts';

/** What a template takes its values from: the receiver and the arguments of one call. */
export interface TemplateCall {
  readonly self: unknown;
  readonly args: readonly unknown[];
}

/** What a template may name. */
/** Where a template's names come from. */
export interface KeyTemplateOptions {
  /** The names of the parameters, in order. Without them, names are read from the source of `fn`. */
  readonly params?: readonly string[] | undefined;
  /** The function whose parameters the names are. */
  readonly fn?: ((...args: never[]) => unknown) | undefined;
}

/**
 * Compiles a key template: `{0}` and `{name}` are arguments, `{0.id}` and `{user.id}` properties of them, `{this.tenant}` one
 * of the receiver, `{page=1}` has a fallback for `undefined`, `{{` and `}}` are braces. A name is looked up in `params`;
 * without them among the parameters in the source of `fn`, and then among the properties of its only argument.
 *
 * Strings, finite numbers, bigints and booleans are written as they are, `null` as `null`, dates in ISO 8601, arrays and
 * other objects as {@link encodeKey} does. Texts are not escaped: `{0}:{1}` is one key for `a:b`, `c` and for `a`, `b:c`.
 * @returns the key of one call. Throws {@link CacheKeyError} when a placeholder has no value that can be part of a key.
 * @throws {CacheKeyError} when the template is malformed, or has a name that is not in `params`.
 */
export function keyTemplate(template: string, options: KeyTemplateOptions = {}): (call: TemplateCall) => string {
  const { texts, placeholders } = parseTemplate(template);
  const { params, fn } = options;
  const named = placeholders.filter(({ root }) => typeof root === 'string' && root !== 'this');
  for (const { text, root } of named) {
    if (params !== undefined && !params.includes(root as string))
      throw new CacheKeyError(
        `key template ${quoteTemplate(template)}: expected names among params (${params.join(', ')}), got {${text}}`,
      );
  }
  const names = named.length === 0 ? [] : (params ?? (fn === undefined ? [] : parameterNames(fn)));
  const positions = placeholders.map(({ root }) => (typeof root === 'number' ? root : names.indexOf(root)));

  return (call) => {
    let key = texts[0] as string; // one more text than placeholders
    for (let index = 0; index < placeholders.length; index++) {
      const placeholder = placeholders[index] as Placeholder;
      try {
        const value = valueFor(placeholder, positions[index] as number, call);
        if (value !== undefined) key += render(value);
        else if (placeholder.fallback !== undefined) key += placeholder.fallback;
        else throw absent(placeholder, names);
      } catch (cause) {
        throw unusable(template, placeholder, cause);
      }
      key += texts[index + 1];
    }
    return key;
  };
}

function valueFor({ root, path }: Placeholder, position: number, { self, args }: TemplateCall): unknown {
  let value = position >= 0 ? args[position] : root === 'this' ? self : propertyOfOnlyArgument(args, root as string);
  for (let index = 0; index < path.length && value !== undefined; index++) {
    if (value === null) return undefined;
    value = (value as Record<string, unknown>)[path[index] as string];
  }
  return value;
}

// The JavaScript form of keyword arguments: getUser({ userId }).
function propertyOfOnlyArgument(args: readonly unknown[], name: string): unknown {
  const [only] = args;
  if (args.length !== 1 || typeof only !== 'object' || only === null || !isPlain(only)) return undefined;
  return only[name];
}

function render(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
      break;
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      if (!(value instanceof Date)) return encodeKey([value]);
      if (!Number.isNaN(value.getTime())) return value.toISOString();
      break;
    default:
      throw new CacheKeyError(`got a ${typeof value}`);
  }
  throw new CacheKeyError(`got ${value}`); // NaN, an infinity, an invalid date
}

function absent({ text, root }: Placeholder, names: readonly string[]): CacheKeyError {
  const unknown = typeof root === 'string' && root !== 'this' && !names.includes(root);
  const known = names.slice(0, 10).filter((name) => name !== '');
  const hint = unknown ? `; known names: ${known.join(', ') || 'none'}, give \`params\` or a key function` : '';
  return new CacheKeyError(`got undefined${hint}; {${text}=…} has a fallback`);
}

/** `cause` as an error about this template; what a getter threw stays its cause. */
function unusable(template: string, { text }: Placeholder, cause: unknown): CacheKeyError {
  const what = `key template ${quoteTemplate(template)}: expected a value for {${text}} that can be part of a key`;
  return cause instanceof CacheKeyError
    ? new CacheKeyError(`${what}, ${cause.message}`)
    : new CacheKeyError(`${what}, got an error instead`, { cause });
}
