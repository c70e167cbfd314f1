import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SuiteResult, thisMachine, writeRecord } from '../src/harness/record.ts';
import type { ScenarioResult } from '../src/harness/result.ts';

const scenario = (name: string, rounds = 1): ScenarioResult => ({
  name,
  title: name,
  unit: 'ns',
  better: 'lower',
  rounds,
  contestants: [],
  asks: [],
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'records-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a suite that is run in pieces becomes one record, in which what ran last counts', () => {
  writeRecord('s', [scenario('a', 1), scenario('b', 1)], false, folder);
  const record = writeRecord('s', [scenario('b', 2), scenario('c', 2)], false, folder);
  expect(record.scenarios.map(({ name, rounds }) => `${name}${rounds}`)).toEqual(['a1', 'b2', 'c2']);
  expect(readdirSync(folder)).toHaveLength(1);
});

test('figures of another machine are not mixed with those of this one', () => {
  writeRecord('s', [scenario('a')], false, folder);
  const [file = ''] = readdirSync(folder);
  const foreign: SuiteResult = {
    suite: 's',
    date: '2026-01-01',
    machine: { ...thisMachine(), cpu: 'another' },
    scenarios: [scenario('old')],
  };
  writeFileSync(join(folder, file), JSON.stringify(foreign));
  expect(writeRecord('s', [scenario('a')], false, folder).scenarios.map(({ name }) => name)).toEqual(['a']);
  expect(JSON.parse(readFileSync(join(folder, file), 'utf8'))).toMatchObject({ machine: thisMachine() });
});

test('a quick run is kept apart from what is recorded', () => {
  writeRecord('s', [scenario('a')], false, folder);
  writeRecord('s', [scenario('b')], true, folder);
  expect(writeRecord('s', [], false, folder).scenarios.map(({ name }) => name)).toEqual(['a']);
});
