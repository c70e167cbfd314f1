export { approximateBytes } from './approximate-bytes.ts';
export { backends } from './backends.ts';
export { type MemoryBackend, memoryBackend } from './memory-backend.ts';
export type { Eviction, MemoryOptions } from './options.ts';
export type { Removal, RemovalListener, RemovalReason } from './removals.ts';
