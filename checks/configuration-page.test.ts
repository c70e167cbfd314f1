import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheParameters } from '../packages/core/src/config/cache-parameters.ts';
import { fallbackParameters } from '../packages/core/src/config/fallback-parameters.ts';
import { nearParameters } from '../packages/core/src/config/near-parameters.ts';
import { expectation } from '../packages/core/src/config/parameters.ts';
import type { Parameter, Parameters, SchemeForm } from '../packages/core/src/config/scheme.ts';
import { printed } from '../packages/core/src/config/settings-to-url.ts';
import { backends as memory } from '../packages/memory/src/backends.ts';
import { schemes as redis } from '../packages/redis/src/schemes.ts';
import { root } from './workspace.ts';

const page = join(root, 'docs/configuration.md');

const escaped = (text: string): string => text.replaceAll('|', '\\|');
const screaming = (name: string): string => name.replace(/[A-Z]/g, '_$&').toUpperCase();

function row(name: string, parameter: Parameter, variable: string): string[] {
  const { description, secret, required } = parameter;
  const standard =
    parameter.default !== undefined ? `\`${printed(parameter.default, parameter)}\`` : required ? 'must be given' : '';
  const takes = secret === true ? 'a text, never shown' : expectation(parameter);
  return [`\`${name}\``, escaped(takes), standard, `\`${variable}\``, escaped(description)];
}

/** Padded as the formatter has it. */
function table(parameters: Parameters, variableOf: (name: string) => string): string {
  const head = ['name', 'takes', 'default', 'variable', ''];
  const rows = Object.entries(parameters).map(([name, parameter]) => row(name, parameter, variableOf(name)));
  const widths = head.map((_, i) => Math.max(3, ...[head, ...rows].map((cells) => cells[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** The scheme with what its URL holds before the query, in angles. */
function form({ scheme, url = {}, parameters }: SchemeForm): string {
  const user = 'password' in parameters ? '<username>:<password>@' : '';
  const hosts = { none: '', one: '<host>:<port>', many: '<host>:<port>,…' }[url.hosts ?? 'none'];
  const path = url.path === 'file' ? '<path>' : (url.path ?? []).map((name) => `/<${name}>`).join('');
  return `${scheme}://${user}${hosts}${path}`;
}

function chapter(scheme: SchemeForm): string {
  const section = screaming(scheme.section ?? scheme.scheme);
  const names = Object.keys(scheme.parameters);
  const heading = `### \`${scheme.scheme}://\`: ${scheme.description}\n\n\`${form(scheme)}\``;
  if (names.length === 0) return `${heading}\n\nIt has no parameters of its own.`;
  return `${heading}\n\n${table(scheme.parameters, (name) => `CACHE_${section}__${screaming(name)}`)}`;
}

const dummy: SchemeForm = {
  scheme: 'dummy',
  description: 'stores nothing: every lookup is a miss, every write succeeds',
  parameters: {},
};

test('docs/configuration.md has every scheme, parameter, variable, default and unit there is', async () => {
  const chapters = [...Object.values(memory), ...Object.values(redis), dummy].map(chapter).join('\n\n');
  const parts = [
    chapters,
    table(cacheParameters, (name) => `CACHE_${screaming(name)}`),
    table(nearParameters, (name) => `CACHE_NEAR__${screaming(name)}`),
    table(fallbackParameters, (name) => `CACHE_FALLBACK__${screaming(name)}`),
  ];
  const text = readFileSync(page, 'utf8').replaceAll(
    /(<!-- generated [^>]*-->\n)[\s\S]*?(<!-- end -->)/g,
    (_, begin: string, end: string) => `${begin}\n${parts.shift()}\n\n${end}`,
  );
  expect(parts).toEqual([]);
  await expect(text).toMatchFileSnapshot(page);
});
