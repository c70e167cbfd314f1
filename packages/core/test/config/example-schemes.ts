import { type BackendSchemes, defineScheme, dummyBackend } from '../../src/index.ts';

/** Schemes with every type of parameter, whose backends show what they were created with. */
export const example: BackendSchemes = {
  example: defineScheme({
    scheme: 'example',
    description: 'for these tests',
    url: { hosts: 'one', path: ['db'] },
    parameters: {
      host: { type: 'text', default: 'localhost', description: 'the server' },
      port: { type: 'integer', min: 1, max: 65_535, default: 1234, description: 'its port' },
      username: { type: 'text', description: 'who' },
      password: { type: 'text', secret: true, description: 'and the password' },
      token: { type: 'text', secret: true, description: 'another secret' },
      db: { type: 'integer', min: 0, default: 0, description: 'the database' },
      max: { type: 'integer', min: 1, orInfinity: true, description: 'entries' },
      ratio: { type: 'number', min: 0, max: 1, description: 'a share' },
      tls: { type: 'boolean', default: false, description: 'encrypted' },
      wait: { type: 'duration', default: 500, description: 'how long to wait' },
      idle: { type: 'duration', orNever: true, orZero: true, description: 'how long to keep' },
      mode: { type: 'choice', choices: ['fast', 'exact'], default: 'fast', description: 'how' },
      only: { type: 'list', description: 'what' },
    },
    create: (settings) => ({ ...dummyBackend(), settings }),
  }),
  'example+many': defineScheme({
    scheme: 'example+many',
    description: 'for these tests',
    url: { hosts: 'many', path: ['name'] },
    parameters: {
      hosts: { type: 'hosts', required: true, description: 'the servers' },
      name: { type: 'text', required: true, description: 'the name of the group' },
    },
    create: (settings) => ({ ...dummyBackend(), settings }),
  }),
  'example+file': defineScheme({
    scheme: 'example+file',
    description: 'for these tests',
    url: { path: 'file' },
    parameters: { path: { type: 'text', required: true, description: 'the socket' } },
    create: (settings) => ({ ...dummyBackend(), settings }),
  }),
};

/** Stands in for the package of `redis://`: a section of its own, connections to share, and a diary of its backends. */
export function fakeRedis(diary: string[] = [], failing: string | undefined = undefined): BackendSchemes {
  return {
    redis: defineScheme({
      scheme: 'redis',
      section: 'redis',
      connects: true,
      description: 'for these tests',
      url: { hosts: 'one', path: ['db'] },
      parameters: {
        host: { type: 'text', default: 'localhost', description: 'the server' },
        port: { type: 'integer', min: 1, max: 65_535, default: 6379, description: 'its port' },
        username: { type: 'text', description: 'who' },
        password: { type: 'text', secret: true, description: 'and the password' },
        db: { type: 'integer', min: 0, default: 0, description: 'the database' },
        tls: { type: 'boolean', default: false, description: 'encrypted' },
        timeout: { type: 'duration', default: 500, description: 'for an operation' },
        connectTimeout: { type: 'duration', default: 2_000, description: 'for a connection' },
      },
      create(settings) {
        const name = `${settings.host}/${settings.db}`;
        diary.push(`create ${name}`);
        return {
          ...dummyBackend(),
          settings,
          start() {
            diary.push(`start ${name}`);
            if (settings.host === failing) throw new Error(`${name} does not start`);
          },
          close() {
            diary.push(`close ${name}`);
          },
        };
      },
    }),
  };
}
