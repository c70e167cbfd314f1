import { describe, it } from 'vitest';
import { plainJson, serialized, type Wire } from '../../src/index.ts';
import { describeBackend, inMemoryServer, type MakeSubject, manualClock } from '../../src/testing/index.ts';
import { bytesBackend } from './bytes-backend.ts';

const server: MakeSubject<unknown> = () => {
  const clock = manualClock(1_000);
  const place = inMemoryServer({ clock });
  return { backend: place.connect(), peer: () => place.connect(), advance: clock.advance };
};

const all = { leases: true, tags: true, observing: true } as const;

describeBackend('the in-memory server', server, { ...all, synchronous: true }, { describe, it });

describeBackend(
  'a backend of bytes',
  () => {
    const clock = manualClock();
    return { backend: bytesBackend(inMemoryServer<Uint8Array>({ clock }).connect()), advance: clock.advance };
  },
  {},
  { describe, it },
);

describeBackend(
  'plain JSON above a backend of bytes',
  () => {
    const clock = manualClock();
    const bytes = bytesBackend(inMemoryServer<Uint8Array>({ clock }).connect());
    return { backend: serialized<unknown, Wire>(bytes, plainJson), advance: clock.advance };
  },
  { values: [null, undefined, 0, '', false, [], {}, { a: [1, null, 'x'] }] },
  { describe, it },
);
