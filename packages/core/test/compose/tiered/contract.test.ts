import { describe, it } from 'vitest';
import { plainJson, serialized, tiered, type Wire } from '../../../src/index.ts';
import {
  type BackendCapabilities,
  compareWithModel,
  describeBackend,
  inMemoryServer,
  type MakeSubject,
  manualClock,
} from '../../../src/testing/index.ts';

const capabilities: BackendCapabilities = { leases: true, tags: true, observing: true, shared: true };

// A near tier is a store of this process: a connection nobody else has is one that can do everything.
const subject: MakeSubject<unknown> = () => {
  const clock = manualClock();
  const server = inMemoryServer({ clock });
  const make = () => tiered(inMemoryServer({ clock }).connect(), server.connect(), { clock });
  return { backend: make(), peer: make, advance: clock.advance };
};

describeBackend('tiered', subject, capabilities, { describe, it });

describeBackend(
  'JSON in the far tier',
  () => {
    const clock = manualClock();
    const server = inMemoryServer<Wire>({ clock });
    const make = () =>
      serialized<unknown, Wire>(tiered(inMemoryServer({ clock }).connect(), server.connect(), { clock }), plainJson);
    return { backend: make(), peer: make, advance: clock.advance };
  },
  { ...capabilities, values: [null, undefined, 0, '', false, 'é🔑', [], {}, { a: [1, null] }] },
  { describe, it },
);

it('answers as a Map would, whatever is called with whatever', async () => {
  await compareWithModel(subject, { runs: 300, capabilities });
});
