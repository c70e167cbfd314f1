import test from './test.mjs';

/** `npm run test:long`: the same tests with many more random histories each. */
export default async function testLong(args) {
  process.env.CACHE_TEST_LONG = '1';
  return test(args);
}
