import type { Backend, CapableBackend } from '../../src/index.ts';

/** `backend`, and the names of the methods that were called on it, in order. */
export function recording<W>(backend: Backend<W>): { backend: CapableBackend<W>; calls: string[] } {
  const calls: string[] = [];
  const recorded = Object.fromEntries(
    Object.entries(backend).map(([name, member]) => [
      name,
      typeof member !== 'function'
        ? member
        : (...args: unknown[]) => {
            calls.push(name);
            return member.apply(backend, args);
          },
    ]),
  );
  return { backend: recorded as unknown as CapableBackend<W>, calls };
}
