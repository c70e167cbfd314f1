import type {} from 'vitest'; // an augmentation needs its module in the program
import type { TestProject } from 'vitest/node';
import { type RunRedis, startRunRedis } from './run-redis.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `inject('redis')`: the real server of this run; use keys under its `prefix`. */
    redis: RunRedis;
  }
}

/** Vitest's global setup: one real Redis for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stop, ...redis } = await startRunRedis();
  project.provide('redis', redis);
  process.stdout.write(`${redis.version} (${redis.given ? 'REDIS_URL' : 'a private server'}) serves the tests\n`);
  return stop;
}
