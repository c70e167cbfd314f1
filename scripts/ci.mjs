import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import check from './check.mjs';
import test from './test.mjs';

/** `.ci/run`: the tests, then everything else that must hold, then one line with the sums over both. */
export default async function ci() {
  const folder = mkdtempSync(join(tmpdir(), 'cache-ci-'));
  const sums = { passed: 0, failed: 0, skipped: 0 };
  try {
    for (const [index, [name, step]] of [
      ['npm test', test],
      ['npm run check', check],
    ].entries()) {
      console.log(`\n== ${name} (${new Date().toISOString().slice(11, 19)} UTC)\n`);
      const file = join(folder, String(index));
      process.env.CACHE_TALLY = file;
      process.env.NO_COLOR = '1';
      const code = await step([]).catch((error) => {
        console.error(error);
        return 1;
      });
      const tally = talliesIn(file);
      for (const state of Object.keys(sums)) sums[state] += tally[state];
      // It failed in a way that no test stands for: that is a failure of its own.
      if (code !== 0 && tally.failed === 0) sums.failed++;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`\n${sums.passed} passed, ${sums.failed} failed${sums.skipped > 0 ? `, ${sums.skipped} skipped` : ''}`);
  return sums.failed > 0 ? 1 : 0;
}

function talliesIn(file) {
  const sums = { passed: 0, failed: 0, skipped: 0 };
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return sums; // the runner never came to its end
  }
  for (const line of text.trim().split('\n')) {
    const tally = JSON.parse(line);
    for (const state of Object.keys(sums)) sums[state] += tally[state];
  }
  return sums;
}
