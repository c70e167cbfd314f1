import { expect, it } from 'vitest';
import { CacheConfigError, defineBackend, failover, plainJson, serialized, tiered } from '../../src/index.ts';
import { mapBackend, mapParts } from './map-backend.ts';

const backend = mapBackend<unknown>();
const none = undefined as never;

it.each([
  [() => serialized(none, plainJson), 'backend: expected one, such as memoryBackend() makes, got undefined'],
  [
    () => serialized('memory://' as never, plainJson),
    'backend: expected one, such as memoryBackend() makes, got string',
  ],
  [() => serialized(backend as never, none), 'serializer: expected one with serialize and deserialize'],
  [() => tiered(none, backend), 'near: expected one, such as memoryBackend() makes, got undefined'],
  [() => tiered(backend, {} as never), 'far: expected one, such as memoryBackend() makes, got object'],
  [
    () => tiered(backend, mapBackend(), { nearTtl: '1s', clock: Date.now as never }),
    'clock: expected { now(): number }, got function',
  ],
  [() => tiered(backend, backend, { nearTtl: '1s' }), 'tiered: expected two backends, got map twice'],
  [() => failover(backend, backend), 'failover: expected two backends, got map twice'],
  [
    () => serialized(backend as never, plainJson, { maxValueByte: 5 } as never),
    'serialized: expected one of maxValueBytes, got the unknown option "maxValueByte"',
  ],
  [() => serialized(backend as never, plainJson, null as never), 'serialized: expected an object of options, got null'],
  [
    () => serialized(backend as never, plainJson, { maxValueBytes: '5' as never }),
    'maxValueBytes: expected a number of bytes (at least 1), got string',
  ],
  [() => failover(null as never, backend), 'primary: expected one, such as memoryBackend() makes, got null'],
  [() => failover(backend, none), 'fallback: expected one, such as memoryBackend() makes, got undefined'],
  [() => defineBackend(none), 'defineBackend getEntry: expected a function, got undefined'],
  [
    () => defineBackend({ ...mapParts(performance), name: none }),
    'defineBackend name: expected a non-empty string, got undefined',
  ],
] as const)('a part that is none is refused where it is put in, not at the first use (%s)', (compose, message) => {
  expect(compose).toThrow(CacheConfigError);
  expect(compose).toThrow(message);
});
