import { CacheConfigError } from '@cache/core';
import { expect, test, vi } from 'vitest';

vi.mock('node:module', () => ({
  createRequire: () => () => {
    throw Object.assign(new Error("Cannot find module 'msgpackr'"), { code: 'MODULE_NOT_FOUND' });
  },
}));

test('without msgpackr json works, and msgpack names the package to install', async () => {
  const { json, msgpack, serializerFromUrl } = await import('../src/index.ts');
  expect(json().serialize([1])).toBe('[1]');
  for (const make of [() => msgpack(), () => serializerFromUrl('msgpack+zlib://')]) {
    expect(make).toThrow(CacheConfigError);
    expect(make).toThrow(/npm install msgpackr/);
  }
});
