import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf, packageNameOf, reachableFrom } from './imports.ts';
import { filesBelow, packageOf, packages, rootManifest } from './workspace.ts';

const names = packages.map(({ name }) => name);

describe.each(packages)('$name', ({ name, path, folder, manifest }) => {
  const sources = filesBelow(join(folder, 'src'), '.ts').map((file) => join(folder, 'src', file));
  const entries = Object.entries(manifest.exports).flatMap(([, target]) =>
    typeof target === 'string' ? [] : [target['@cache/source'] as string],
  );

  const programs = Object.values(manifest.publishConfig?.bin ?? {}).map((file) =>
    file.replace('./dist/', './src/').replace(/\.js$/, '.ts'),
  );

  test('its manifest says what all of them say', () => {
    expect(manifest).toMatchObject({
      type: 'module',
      sideEffects: false,
      license: 'MIT',
      engines: rootManifest.engines,
      repository: { type: 'git', directory: path },
      files: ['dist', 'src', '!dist/.tsbuildinfo'],
      publishConfig: { access: 'public', provenance: true },
    });
    expect(manifest.description, 'description').toMatch(/^\S.*\.$/);
    expect(manifest.version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  });

  test('each export has its source, its types and its code, and is published without the source condition', () => {
    const published: Record<string, unknown> = {};
    for (const [key, target] of Object.entries(manifest.exports)) {
      if (typeof target === 'string') {
        expect(existsSync(join(folder, target)), target).toBe(true);
        published[key] = target;
        continue;
      }
      const { '@cache/source': source, ...rest } = target;
      expect(Object.keys(target), key).toEqual(['@cache/source', 'types', 'default']);
      expect(rest).toEqual({
        types: source?.replace('./src/', './dist/').replace(/\.ts$/, '.d.ts'),
        default: source?.replace('./src/', './dist/').replace(/\.ts$/, '.js'),
      });
      for (const file of Object.values(target)) expect(existsSync(join(folder, file)), file).toBe(true);
      published[key] = rest;
    }
    expect(manifest.publishConfig?.exports).toEqual(published);
  });

  test('every source file is reached from an export or a program', () => {
    const reached = reachableFrom([...entries, ...programs].map((entry) => join(folder, entry)));
    expect(sources.filter((file) => !reached.has(file))).toEqual([]);
  });

  test('of ours it depends on core alone', () => {
    const ours = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).filter((one) =>
      names.includes(one),
    );
    expect(ours).toEqual(name === '@cache/core' ? [] : ['@cache/core']);
    expect(manifest.dependencies?.['@cache/core'] ?? 'workspace:^').toBe('workspace:^');
  });

  test('its source imports only what it declares, and of ours core alone', () => {
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const wrong = sources.flatMap((file) =>
      importsOf(file)
        .filter(({ specifier }) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
        .filter(({ specifier }) => !declared.includes(packageNameOf(specifier)))
        .map(({ specifier }) => `${file}: ${specifier}`),
    );
    expect(wrong).toEqual([]);
    const outside = sources.flatMap((file) =>
      importsOf(file)
        .filter(
          ({ specifier }) => specifier.startsWith('.') && !join(file, '..', specifier).startsWith(join(folder, 'src')),
        )
        .map(({ specifier }) => `${file}: ${specifier}`),
    );
    expect(outside).toEqual([]);
  });

  test('index.ts is a table of contents: named exports and nothing else', () => {
    const code = readFileSync(join(folder, 'src/index.ts'), 'utf8').replace(/\/\/.*$/gm, '');
    expect(code.replace(/export (type )?\{[^}]*\}( from '[^']+')?;/g, '').trim()).toBe('');
  });
});

test("core's main entry statically imports no third-party code", () => {
  const { folder } = packageOf('@cache/core');
  const reached = reachableFrom([join(folder, 'src/index.ts')], ({ dynamic, typeOnly }) => !dynamic && !typeOnly);
  const foreign = [...reached].flatMap((file) =>
    importsOf(file)
      .filter(({ dynamic, typeOnly, specifier }) => !dynamic && !typeOnly && !/^(\.|node:)/.test(specifier))
      .map(({ specifier }) => `${file}: ${specifier}`),
  );
  expect(foreign).toEqual([]);
});
