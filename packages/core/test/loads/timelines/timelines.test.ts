import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { draw } from './draw.ts';
import { scenarios } from './scenarios.ts';

const folder = new URL('../../../../../docs/pictures/', import.meta.url);
const titles: Readonly<Record<string, string>> = {
  'single-flight': 'Single flight: three callers, one load (ttl 400 ms)',
  'stale-while-revalidate': 'staleWhileRevalidate: the old value at once, a refresh behind (ttl 200, window 300)',
  'stale-if-error': 'staleIfError: the old value while the loader fails, then its error (ttl 150, window 300)',
  'refresh-ahead': 'refreshAhead: renewed before it expires (ttl 300, from 60 % on)',
  timeout: 'timeout: past soft the old value, past hard an error; what comes late is stored (soft 60, hard 160)',
  invalidation: 'A delete during a load: its caller gets the value, nobody else does',
  lease: 'Leases: a holder that fails hands over at once; one loader in the fleet',
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

// The pictures of docs/loads.md are what the code did here. `UPDATE_DOCS=1` draws them anew.
describe('the pictures of loads are current', () => {
  it.each(Object.entries(scenarios))('%s', async (name, play) => {
    const recorder = await play();
    const picture = draw(titles[name] as string, recorder.lanes);
    const file = new URL(`loads-${name}.svg`, folder);
    if (process.env.UPDATE_DOCS === '1') {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, picture);
    }
    expect(picture).toBe(readFileSync(file, 'utf8'));
  });
});
