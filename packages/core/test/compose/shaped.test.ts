import { describe, it } from 'vitest';
import { isolated } from '../../src/compose/isolated.ts';
import { validated } from '../../src/compose/validated.ts';
import type { StandardSchema } from '../../src/index.ts';
import type { ServerBackend } from '../../src/testing/index.ts';
import { describeBackend, inMemoryServer, type MakeSubject, manualClock } from '../../src/testing/index.ts';

const all = { leases: true, tags: true, observing: true, synchronous: true } as const;

const plain = [null, undefined, 0, -0, '', false, Number.NaN, 0n, [], {}, { a: [1, null, 'x'] }];

const over = (shape: (backend: ServerBackend<unknown>) => ReturnType<typeof isolated>): MakeSubject<unknown> => {
  return () => {
    const clock = manualClock();
    const server = inMemoryServer({ clock });
    const connect = () => shape(server.connect());
    return { backend: connect(), peer: connect, advance: clock.advance };
  };
};

const anything: StandardSchema = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) },
};

describeBackend(
  'a backend whose values are cloned',
  over((backend) => isolated(backend, 'clone')),
  { ...all, values: [...plain, new Map([[1, new Set([2])]]), new Date(0)] },
  { describe, it },
);
describeBackend(
  'a backend whose values are frozen',
  over((backend) => isolated(backend, 'freeze')),
  { ...all, values: plain },
  { describe, it },
);
describeBackend(
  'a backend whose values are checked',
  over((backend) => validated(backend, anything)),
  all,
  { describe, it },
);
