import { describe, expect, it, vi } from 'vitest';
import { Cache } from '../../src/index.ts';
import { mapBackend } from '../compose/map-backend.ts';

/** Another copy of this package: what a program has that installed two versions of it. */
async function otherCopy(): Promise<typeof Cache> {
  vi.resetModules();
  const other = await import('../../src/index.ts');
  expect(other.Cache).not.toBe(Cache);
  return other.Cache;
}

function logged() {
  const warnings: string[] = [];
  return { warnings, logger: { warn: (message: string) => void warnings.push(message) } };
}

describe('two copies of this package in one process', () => {
  it('are warned of once when both have caches above one backend object, whichever came second', async () => {
    const Other = await otherCopy();
    for (const [First, Second] of [
      [Cache, Other],
      [Other, Cache],
    ] as const) {
      const { warnings, logger } = logged();
      const backend = mapBackend<number>();
      const make = (Copy: typeof Cache, prefix: string) => new Copy<number>({ backend, prefix, logger });
      make(First, 'a:');
      make(First, 'b:');
      expect(warnings).toEqual([]);
      make(Second, 'c:');
      make(Second, 'd:').namespace('e');
      make(First, 'f:');
      expect(warnings).toEqual([
        'cache c: expected one copy of @cache/core, got a second one above map: they share no loads, and may store old values. Install it once (npm dedupe)',
      ]);
    }
  });

  it('are told of by process.emitWarning where no logger was given', async () => {
    const Other = await otherCopy();
    const backend = mapBackend<number>();
    const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    try {
      new Cache({ backend, prefix: 'a:' });
      new Other({ backend, prefix: 'b:' });
      expect(emit.mock.calls).toEqual([[expect.stringContaining('npm dedupe'), { type: 'CacheWarning' }]]);
    } finally {
      emit.mockRestore();
    }
  });

  it('do not know of each other: that is what is warned of', async () => {
    const Other = await otherCopy();
    const backend = mapBackend<string>();
    const { logger } = logged();
    const one = new Cache<string>({ backend, logger, name: 'same' });
    const two = new Other<string>({ backend, logger, name: 'same' });
    let finish: (value: string) => void = () => {};
    const loading = one.getOrSet('k', () => new Promise<string>((resolve) => (finish = resolve)));
    expect(await two.getOrSet('k', () => 'loaded again')).toBe('loaded again');
    await two.set('k', 'new');
    finish('old');
    await loading;
    expect(await two.get('k')).toBe('old');
  });

  it('are nothing to be warned of above backends of their own', async () => {
    const Other = await otherCopy();
    const { warnings, logger } = logged();
    new Cache({ backend: mapBackend(), logger });
    new Other({ backend: mapBackend(), logger });
    expect(warnings).toEqual([]);
  });
});
