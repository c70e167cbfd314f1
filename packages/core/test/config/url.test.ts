import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CacheUrl, formatUrl, parseUrl } from '../../src/config/url.ts';
import { CacheConfigError } from '../../src/index.ts';

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
const host = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/),
  fc.ipV6().map((ip) => ip),
  fc.ipV4(),
);
const url: fc.Arbitrary<CacheUrl> = fc.record({
  scheme: fc.stringMatching(/^[a-z][a-z0-9+.-]{0,15}$/),
  username: fc.option(text, { nil: undefined }),
  password: fc.option(text, { nil: undefined }),
  hosts: fc.array(fc.record({ host, port: fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }) }), {
    maxLength: 4,
  }),
  path: fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { maxLength: 4 }),
  query: fc.array(fc.tuple(text, text), { maxLength: 4 }).map((pairs) => new Map(pairs)),
});

test('a URL that is printed and parsed again is the same, whatever its parts hold (C13)', () => {
  fc.assert(
    fc.property(url, (given) => {
      const printed = formatUrl(given);
      fc.pre(printed.trim() === printed);
      const { hosts, ...rest } = parseUrl(printed);
      expect({ ...rest, hosts: hosts.map(({ host, port }) => ({ host, port })) }).toEqual(given);
    }),
  );
});

describe('the forms of the documentation', () => {
  test.each([
    ['memory://?max=1000', { scheme: 'memory', hosts: [], path: [], query: new Map([['max', '1000']]) }],
    [
      'redis://user:p%40ss%3A%2F%23%25@h:6380/2?prefix=app:',
      {
        scheme: 'redis',
        username: 'user',
        password: 'p@ss:/#%',
        hosts: [{ host: 'h', port: 6380 }],
        path: ['2'],
        query: new Map([['prefix', 'app:']]),
      },
    ],
    ['redis://:secret@h', { password: 'secret', hosts: [{ host: 'h' }] }],
    ['redis://us:p:q@r@h', { username: 'us', password: 'p:q@r', hosts: [{ host: 'h' }] }],
    ['REDISS://[::1]:6379/0', { scheme: 'rediss', hosts: [{ host: '::1', port: 6379 }], path: ['0'] }],
    ['redis://[fe80::1%25eth0]', { hosts: [{ host: 'fe80::1%eth0' }] }],
    ['redis+unix:///tmp/with%20space/and space.sock?db=1', { path: ['tmp', 'with space', 'and space.sock'] }],
    [
      'redis+cluster://a:1,b:2',
      {
        hosts: [
          { host: 'a', port: 1 },
          { host: 'b', port: 2 },
        ],
      },
    ],
    [
      'redis+sentinel://a:1,[::2]:2/mymaster/3',
      {
        path: ['mymaster', '3'],
        hosts: [
          { host: 'a', port: 1 },
          { host: '::2', port: 2 },
        ],
      },
    ],
    ['redis://h?serializer=msgpack+zlib', { query: new Map([['serializer', 'msgpack+zlib']]) }],
    ['redis://h?serializer=msgpack%2Bzlib', { query: new Map([['serializer', 'msgpack+zlib']]) }],
  ])('%s', (given, expected) => {
    expect(parseUrl(given)).toMatchObject(expected);
  });
});

describe('a wrong URL says what was expected and shows nothing that may be a secret', () => {
  const secret = 'hunter2';
  test.each([
    secret,
    `redis:${secret}`,
    `redis://:${secret}`,
    `redis://user:${secret}`,
    `redis://:1${secret}/x@h`,
    `redis://:12?${secret}@h`,
    `redis://:${secret}#1@h`,
    `redis://u:${secret}%zz@h`,
    `redis://u:${secret}@h:99999`,
    `redis://u:${secret}@h:port`,
    `redis://u:${secret}@::1:6379`,
    `redis://u:${secret}@[::1`,
    `redis://u:${secret}@[zz]:1`,
    `redis://u:${secret}@a,,b`,
    `redis://u:${secret}@h?a`,
    `redis://u:${secret}@h?a=1&a=2`,
    ` redis://u:${secret}@h`,
    `redis://u:${secret}@h\n`,
    `redis://u:${secret}\u0001@h`,
    `${secret}!://h`,
    '',
  ])('%j', (given) => {
    let thrown: unknown;
    try {
      parseUrl(given, 'CACHE_URL');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(CacheConfigError);
    expect(String((thrown as Error).stack)).not.toContain(secret);
    expect((thrown as Error).message).toMatch(/^CACHE_URL: .*expected /);
    expect((thrown as Error).message).toMatchSnapshot();
  });
});

// quadratic work on 100 kB is 10^10 steps: it would end in the time limit of the test
test('a hostile URL of 100 kB is read or refused in time linear in its length', { timeout: 5_000 }, () => {
  for (const part of ['@', ':', '/', '[', ']', ',', '%', '?a=', '&', '=', 'a', '%41', '[::1]:', '://', 'é']) {
    for (const before of ['', 'redis://', 'redis://h/?', 'redis://h?a=1&']) {
      try {
        parseUrl(before + part.repeat(100_000 / part.length));
      } catch (error) {
        expect(error).toBeInstanceOf(CacheConfigError);
        expect((error as Error).message.length).toBeLessThan(300);
      }
    }
  }
});
