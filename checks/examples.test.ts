import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { examples, filesBelow, run } from './workspace.ts';

describe.each(examples)('the example $path', ({ folder, manifest }) => {
  const expected = join(folder, 'expected.txt');

  test('is checked: by a script called check, or by tests of its own', () => {
    const checked = manifest.scripts?.check !== undefined || filesBelow(join(folder, 'test'), '.test.ts').length > 0;
    expect(checked).toBe(true);
  });

  if (manifest.scripts?.check === undefined) return;
  test('passes its own check, and prints what it says it prints', async () => {
    const { code, stdout, output } = await run('npm', ['run', '--silent', 'check'], { cwd: folder });
    expect(code, output).toBe(0);
    if (existsSync(expected)) expect(stdout).toBe(readFileSync(expected, 'utf8'));
  });
});
