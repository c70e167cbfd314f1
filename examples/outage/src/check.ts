import assert from 'node:assert/strict';
import { chart } from './chart.ts';
import { outage } from './outage.ts';

// The program in short: nobody gets an error or an old product, and each phase is answered by whom it should be.
const seconds = await outage(2_000, () => {});
const calls = seconds.reduce((sum, { calls }) => sum + calls, 0);
const of = (source: 'primary' | 'fallback' | 'loader'): number =>
  seconds.reduce((sum, { sources }) => sum + sources[source], 0);
assert.equal(
  seconds.reduce((sum, { errors }) => sum + errors, 0),
  0,
);
assert.equal(
  seconds.reduce((sum, { stale }) => sum + stale, 0),
  0,
);
assert.ok(calls > 1_000, `${calls} calls`);
for (const source of ['primary', 'fallback', 'loader'] as const)
  assert.ok(of(source) > 100, `${source}: ${of(source)}`);
assert.match(chart(seconds), /^<svg .*fallback/s);
console.log('no errors and nothing stale, through a Redis that stood still and one that died');
