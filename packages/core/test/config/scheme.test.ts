import { expect, expectTypeOf, test } from 'vitest';
import { defineScheme, dummyBackend, type HostPort } from '../../src/index.ts';

test('create sees each setting by the type its parameter declares', () => {
  const scheme = defineScheme({
    scheme: 'example',
    description: 'for this test',
    parameters: {
      text: { type: 'text', description: '' },
      must: { type: 'text', required: true, description: '' },
      max: { type: 'integer', default: 7, description: '' },
      flag: { type: 'boolean', description: '' },
      wait: { type: 'duration', default: 500, description: '' },
      ttl: { type: 'duration', orNever: true, default: null, description: '' },
      mode: { type: 'choice', choices: ['a', 'b'], default: 'a', description: '' },
      hosts: { type: 'hosts', description: '' },
    },
    create(settings) {
      expectTypeOf(settings).toEqualTypeOf<{
        readonly text: string | undefined;
        readonly must: string;
        readonly max: number;
        readonly flag: boolean | undefined;
        readonly wait: number;
        readonly ttl: number | null;
        readonly mode: 'a' | 'b';
        readonly hosts: readonly HostPort[] | undefined;
      }>();
      return dummyBackend();
    },
  });
  expect(scheme.scheme).toBe('example');
});
