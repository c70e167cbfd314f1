import { ioredisAddress, type RedisServer, startRedis } from '@cache-internal/lab';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from './workspace.ts';

interface Report {
  readonly passes: Readonly<Record<'cold' | 'warm', { readonly computed: number; readonly digest: string }>>;
}

let server: RedisServer;
let before: string;
beforeAll(async () => {
  server = await startRedis({ listen: 'tcp' });
  before = await gitStatus();
});
afterAll(() => server.stop());

async function gitStatus(): Promise<string> {
  return (await run('git', ['status', '--porcelain'])).stdout;
}

async function demo(words: readonly string[], env: Readonly<Record<string, string | undefined>> = {}): Promise<string> {
  const all = { CACHE_URL: undefined, ...env };
  const { code, stdout, output } = await run('npm', ['run', '--silent', 'demo', '--', ...words], { env: all });
  expect(code, output).toBe(0);
  expect(await gitStatus()).toBe(before);
  return stdout;
}

test('npm run demo shows a cold and a warm pass in memory, without colours or bars where nobody looks', async () => {
  const output = await demo([]);
  expect(output).toMatch(/cold .* computed\n.*warm .* 0 computed\n.*equal digests/);
  expect(output).not.toContain('\u001b');
});

test('--json is one JSON document, and both passes gave the same', async () => {
  const { passes } = JSON.parse(await demo(['--json'])) as Report;
  expect(passes.warm.digest).toBe(passes.cold.digest);
  expect(passes.cold.computed).toBeGreaterThan(0);
  expect(passes.warm.computed).toBe(0);
});

test('--redis runs two processes on one server, and the second starts warm', async () => {
  const output = await demo(['--redis']);
  expect(output).toMatch(/cold .* computed[\s\S]*warm from the first call[\s\S]* 0 computed, [\d.]+ \w+ saved/);
});

test('a serializer in the URL changes the bytes in Redis and not the result', async () => {
  const plain = JSON.parse(await demo(['--json'], { CACHE_URL: `${server.url}?prefix=plain:` })) as Report;
  const packed = JSON.parse(
    await demo(['--json'], { CACHE_URL: `${server.url}?prefix=packed:&serializer=msgpack%2Bzlib` }),
  ) as Report;
  expect(packed.passes.cold.digest).toBe(plain.passes.cold.digest);
  const redis = new Redis(ioredisAddress(server.url));
  try {
    const [key] = (await redis.keys('plain:*measure:*')) as [string];
    const bytes = await redis.getBuffer(key);
    const others = await redis.getBuffer(key.replace('plain:', 'packed:'));
    expect(bytes?.toString()).toContain('"digest"');
    expect(others).not.toBeNull();
    expect(others?.toString()).not.toContain('"digest"');
  } finally {
    redis.disconnect();
  }
});
