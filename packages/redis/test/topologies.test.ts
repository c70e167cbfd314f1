import { cluster, givenClient, sentinel, tlsAndRights } from './topology-suites.ts';

await cluster('ioredis 6');
await sentinel('ioredis 6');
await tlsAndRights('ioredis 6');
givenClient('ioredis 6');
