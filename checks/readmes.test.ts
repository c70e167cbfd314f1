import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { snippetsOf } from './snippets.ts';
import { filesBelow, packages, root } from './workspace.ts';

describe.each(packages)('the README of $name', ({ name, folder }) => {
  const file = join(folder, 'README.md');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];

  test('opens with its name, one sentence, and how to install it', () => {
    expect(lines[0]).toBe(`# ${name}`);
    const sentence = lines.slice(2, lines.indexOf('', 2)).join(' ');
    expect(sentence).toMatch(/^[A-Z`].*\.$/);
    expect(sentence).not.toMatch(/[.!?] [A-Z]/);
    expect(lines.slice(0, 16).join('\n')).toMatch(new RegExp(`npm install (.* )?${name}\\b`));
  });

  test('has its first program before line 20', () => {
    expect(snippetsOf(file)[0]?.line).toBeLessThanOrEqual(20);
  });

  test('says what the package does not do, its API, its errors and its figures', () => {
    const headings = lines.filter((line) => line.startsWith('## ')).map((line) => line.slice(3).toLowerCase());
    expect(headings).toEqual(expect.arrayContaining(['what it does not do', 'api', 'errors', 'figures']));
  });
});

const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md']
  .concat(filesBelow(join(root, 'docs'), '.md').map((file) => `docs/${file}`))
  .concat(
    packages.map(({ path }) => `${path}/README.md`),
    'benchmarks/README.md',
  )
  .filter((document) => existsSync(join(root, document))); // that they are there is asked above

test.each(documents)('the links of %s lead somewhere', (document) => {
  const text = readFileSync(join(root, document), 'utf8').replace(/```[\s\S]*?\n```/g, '');
  const links = Array.from(text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g), (match) => match[1] as string);
  expect(links.filter((link) => !existsSync(join(root, dirname(document), link)))).toEqual([]);
});

test('the first program of the README is before line 20', () => {
  expect(snippetsOf(join(root, 'README.md'))[0]?.line).toBeLessThanOrEqual(20);
});
