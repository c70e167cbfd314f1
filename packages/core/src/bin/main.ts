#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { isCacheError } from '../contract/errors.ts';
import { checkReport, checkText } from './check.ts';

const usage = `Usage: cache check [url] [--json]

Says what an application would use, connects, and sends a value there and back.

  url      a cache URL; without it: CACHE_URL and the other CACHE_ variables
  --json   one JSON document instead of text

The exit code is 0 when all of it went well.
`;

/** @returns the exit code */
async function main(): Promise<number> {
  let words: ReturnType<typeof read>;
  try {
    words = read();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  const { values, positionals } = words;
  const [command, url, ...more] = positionals;
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (command !== 'check' || more.length > 0) {
    process.stderr.write(usage);
    return 2;
  }
  const report = await checkReport(url, process.env);
  process.stdout.write(`${values.json ? JSON.stringify(report, null, 2) : checkText(report)}\n`);
  return report.ok ? 0 : 1;
}

function read() {
  return parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  });
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${isCacheError(error) ? error.message : (error as Error).stack}\n`);
  return 1;
});
