import { describe, expect, it } from 'vitest';
import type { SchemeForm } from '../../src/index.ts';
import { readUrl } from '../../src/url.ts';

const forms = {
  db: {
    scheme: 'db',
    description: 'a server',
    url: { hosts: 'one', path: ['db'] },
    parameters: {
      host: { type: 'text', default: 'localhost', description: 'the server' },
      port: { type: 'integer', min: 1, max: 65_535, default: 7000, description: 'its port' },
      username: { type: 'text', description: 'who asks' },
      password: { type: 'text', secret: true, description: 'and how it is known' },
      db: { type: 'integer', min: 0, default: 0, description: 'which of its databases' },
      wait: { type: 'duration', orZero: true, orNever: true, default: 500, description: 'how long at most' },
      share: { type: 'number', min: 0, max: 1, default: 0.5, description: 'a part' },
      limit: { type: 'integer', min: 1, orInfinity: true, default: 10, description: 'how many' },
      mode: { type: 'choice', choices: ['fast', 'safe'], default: 'safe', description: 'how' },
      only: { type: 'choice', choices: ['one'], description: 'the one there is' },
      eager: { type: 'boolean', default: false, description: 'at once' },
      names: { type: 'list', description: 'some names' },
    },
  },
  many: {
    scheme: 'many',
    description: 'several servers',
    url: { hosts: 'many' },
    parameters: { hosts: { type: 'hosts', required: true, description: 'the servers' } },
  },
} as const satisfies Readonly<Record<string, SchemeForm>>;

const read = (url: string) => readUrl(url, forms);

describe('a URL read by the forms of a package', () => {
  it('gives every setting, of its type, defaults filled in', () => {
    expect(read('db://')).toEqual({
      scheme: 'db',
      settings: {
        host: 'localhost',
        port: 7000,
        db: 0,
        wait: 500,
        share: 0.5,
        limit: 10,
        mode: 'safe',
        eager: false,
      },
    });
    const given = 'wait=never&share=0.25&limit=Infinity&mode=fast&only=one&eager=yes&names=a,b';
    expect(read(`db://me:p%40ss@example.test:7001/3?${given}`).settings).toEqual({
      host: 'example.test',
      port: 7001,
      username: 'me',
      password: 'p@ss',
      db: 3,
      wait: null,
      share: 0.25,
      limit: Number.POSITIVE_INFINITY,
      mode: 'fast',
      only: 'one',
      eager: true,
      names: ['a', 'b'],
    });
    expect(read('db://h?wait=0').settings.wait).toBe(0);
    expect(read('db://h/?wait=1.5s').settings.wait).toBe(1_500);
  });

  it('gives several servers, IPv6 among them', () => {
    expect(read('many://a:1,b,[::1]:3').settings.hosts).toEqual([
      { host: 'a', port: 1 },
      { host: 'b' },
      { host: '::1', port: 3 },
    ]);
  });

  it('of an unknown scheme is refused with those there are, and the one that may have been meant', () => {
    expect(() => read('redis://h')).toThrow('url: expected one of db://, many://, got "redis://"');
    expect(() => readUrl('dbb://h', forms, 'option url')).toThrow(
      'option url: expected one of db://, many://, got "dbb://"; did you mean db://',
    );
    expect(() => read('constructor://h')).toThrow('expected one of db://, many://');
  });

  it.each([
    ['db://h:0', /port/],
    ['db://h/x', /db.*expected an integer of at least 0/s],
    ['db://h?wait=soon', /wait/],
    ['db://h?share=2', /share.*from 0 to 1/s],
    ['db://h?mode=slow', /mode.*one of fast, safe/s],
    ['db://h?only=two', /only.*expected one/s],
    ['db://h?eager=perhaps', /eager/],
    ['db://h?limt=5', /limt.*limit/s],
    ['many://', /hosts/],
  ])('%s is refused, and says what was expected', (url, message) => {
    expect(() => read(url)).toThrow(message);
  });

  it('shows nothing of a secret, also where the rest is wrong', () => {
    let message = '';
    try {
      read('db://me:hunter2@h?mode=slow');
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain('mode');
    expect(message).not.toContain('hunter2');
  });
});
