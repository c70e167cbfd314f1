import { expect, test } from 'vitest';
import { hashKey } from '../../src/keys/index.ts';

test('a hashed key has 43 characters, is the same for the same text, and differs for another', () => {
  expect(hashKey('')).toHaveLength(43);
  expect(hashKey('x'.repeat(1_000_000))).toHaveLength(43);
  expect(hashKey('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0'); // SHA-256, FIPS 180-2 appendix B.1
  expect(hashKey('abc')).not.toBe(hashKey('abd'));
});
