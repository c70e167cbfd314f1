import { cluster, givenClient, sentinel, tlsAndRights } from './topology-suites.ts';

await cluster('ioredis 6');
await sentinel('ioredis 6');
await tlsAndRights('ioredis 6');
if (process.env.CACHE_TEST_LONG === '1') givenClient('ioredis 6');
