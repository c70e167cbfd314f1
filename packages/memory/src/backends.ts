import { type BackendSchemes, defineScheme } from '@cache/core';
import { memoryBackend } from './memory-backend.ts';
import { largestMax } from './options.ts';

/** The scheme of this package: `memory://?max=10000`. */
export const backends: BackendSchemes = {
  memory: defineScheme({
    scheme: 'memory',
    description: 'a bounded store in this process',
    parameters: {
      max: {
        type: 'integer',
        min: 1,
        max: largestMax,
        orInfinity: true,
        default: 100_000,
        description: 'the most entries held',
      },
      maxWeight: {
        type: 'number',
        min: 1,
        description: 'the most bytes held: those a serializer made, or about what keys and values keep in memory',
      },
      eviction: {
        type: 'choice',
        choices: ['adaptive', 'lru'],
        default: 'adaptive',
        description: 'which entry makes room: adaptive resists scans and loops, lru is the least recently used',
      },
    },
    create({ max, maxWeight, eviction }, { serialized }) {
      return memoryBackend({
        max,
        maxWeight,
        eviction,
        weigh: serialized && maxWeight !== undefined ? weigh : undefined,
      });
    },
  }),
};

// what a serializer writes is bytes or a string of them
function weigh(value: unknown): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : (value as Uint8Array).byteLength;
}
