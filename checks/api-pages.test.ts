import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './workspace.ts';

const { apiPage, pages } = (await import('../scripts/api-page.mjs' as string)) as {
  readonly pages: readonly string[];
  apiPage(name: string): { readonly text: string; readonly undocumented: readonly string[] };
};

test.each(pages)('docs/api/%s.md is what its docstrings say, and everything public has one', async (name) => {
  const { text, undocumented } = apiPage(name);
  expect(undocumented).toEqual([]);
  const page = await readFile(join(root, 'docs/api', `${name}.md`), 'utf8');
  expect(page, 'expected the page of today; npm run docs:api writes it').toBe(text);
});
