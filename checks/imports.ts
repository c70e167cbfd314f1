import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Import {
  readonly specifier: string;
  /** Known only at run time, by `import()`. */
  readonly dynamic: boolean;
  readonly typeOnly: boolean;
}

/** The imports and re-exports of a file as the formatter leaves it: statements begin their line. Also in declarations and in built files. */
export function importsOf(file: string): readonly Import[] {
  const text = readFileSync(file, 'utf8');
  const found: Import[] = [];
  for (const [, type, specifier] of text.matchAll(
    /^(?:import|export)\b(\s+type\b)?(?:[^'"`;]*?\bfrom)?\s*['"]([^'"]+)['"]/gm,
  )) {
    found.push({ specifier: specifier as string, dynamic: false, typeOnly: type !== undefined });
  }
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  for (const [, specifier] of code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) {
    found.push({ specifier: specifier as string, dynamic: true, typeOnly: false });
  }
  return found;
}

/** A bare specifier's package: `@cache/core/testing` is of `@cache/core`. */
export function packageNameOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** All files that these lead to by relative imports, themselves included. */
export function reachableFrom(
  entries: readonly string[],
  follow: (one: Import) => boolean = () => true,
): ReadonlySet<string> {
  const reached = new Set<string>();
  const pending = [...entries];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const one of importsOf(file)) {
      if (one.specifier.startsWith('.') && follow(one)) pending.push(siblingOf(file, one.specifier));
    }
  }
  return reached;
}

/** Declarations keep the endings of the sources they were made from. */
function siblingOf(file: string, specifier: string): string {
  const path = join(dirname(file), specifier);
  return file.endsWith('.d.ts') ? path.replace(/(?<!\.d)\.ts$|\.js$/, '.d.ts') : path;
}
