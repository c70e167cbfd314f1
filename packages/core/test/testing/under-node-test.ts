import { describe, it } from 'node:test';
import { MISS, plainJson } from '../../src/index.ts';
import {
  describeBackend,
  describeSerializer,
  inMemoryServer,
  type MakeSubject,
  manualClock,
} from '../../src/testing/index.ts';

const make: MakeSubject<unknown> = () => {
  const clock = manualClock();
  const backend = inMemoryServer({ clock }).connect();
  if (process.env.BROKEN !== undefined) backend.get = () => MISS;
  return { backend, advance: clock.advance };
};
const capabilities = { leases: true, tags: true, observing: true } as const;

if (process.env.AS_GLOBALS === undefined) describeBackend('a backend', make, capabilities, { describe, it });
else {
  Object.assign(globalThis, { describe, it });
  describeBackend('a backend', make, capabilities);
}
describeBackend(
  'a backend that claims no stale windows',
  make,
  { ...capabilities, staleWindows: false },
  { describe, it },
);
describeSerializer('plain JSON', () => plainJson, { values: [undefined, 0, { a: '' }] }, { describe, it });
