export { backends } from './backends.ts';
export { type MemoryBackend, memoryBackend } from './memory-backend.ts';
export type { Eviction, MemoryOptions, Removal, RemovalReason } from './options.ts';
