import { expect, test } from 'vitest';
import { asRedisCli } from '../src/show/redis-cli.ts';

test('bytes are shown as redis-cli shows them on a terminal', () => {
  expect(asRedisCli(Buffer.from('{"a":"b\\n"}'))).toBe('"{\\"a\\":\\"b\\\\n\\"}"');
  expect(asRedisCli(Uint8Array.from([0xc1, 0x0a, 0x07, 0x7f, 0xff, 0x41]))).toBe('"\\xc1\\n\\a\\x7f\\xffA"');
});
