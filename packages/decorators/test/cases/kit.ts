import { Cache, type SyncBackend, SyncCache } from '@cache/core';
import { manualClock } from '@cache/core/testing';
import { memoryBackend } from '@cache/memory';
import type { Face, Feature } from '../faces/face.ts';

export interface Case {
  readonly title: string;
  readonly needs?: readonly Feature[];
  readonly run: (face: Face) => Promise<void> | void;
}

export const clock = manualClock(1);
export const backend = (): SyncBackend<unknown> => memoryBackend({ clock });
export const newCache = (): Cache<unknown> => new Cache({ backend: backend() });
export const newSyncCache = (): SyncCache<unknown> => new SyncCache({ backend: backend() });

/** A body that counts its runs. */
export function counting<R>(answer: (run: number) => R): { body: (...args: never[]) => R; runs: () => number } {
  let runs = 0;
  return { body: () => answer(++runs), runs: () => runs };
}

export function countingLater(answer: (run: number) => unknown): { body: () => Promise<unknown>; runs: () => number } {
  let runs = 0;
  return { body: async () => answer(++runs), runs: () => runs };
}

export function gate<T>(): { promise: Promise<T>; open: (value: T) => void } {
  let open!: (value: T) => void;
  const promise = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

export const key = { key: (id: unknown) => `k:${id}` };
/** Options with a key where the face takes one. */
export const own = (face: Face, options: object): object =>
  'own keys' in face.cannot ? options : { ...key, ...options };
