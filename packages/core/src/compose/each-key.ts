import { isPending } from '../contract/awaitable.ts';
import type { Awaitable } from '../contract/backend.ts';
import { type CacheError, isCacheError } from '../contract/errors.ts';

class Failure {
  readonly cause: unknown;
  constructor(cause: unknown) {
    this.cause = cause;
  }
}

/**
 * `one(key, value)` for every entry, order kept. All are tried; when some fail, the error of the first is thrown with
 * all failing keys as its `keys`, so that a caller can go on without them.
 */
export function eachKey<A, B>(
  entries: ReadonlyMap<string, A>,
  one: (key: string, value: A) => Awaitable<B>,
): Awaitable<Map<string, B>> {
  const answers: Awaitable<B | Failure>[] = [];
  let pending = false;
  for (const [key, value] of entries) {
    let answer: Awaitable<B | Failure>;
    try {
      answer = one(key, value);
      if (isPending(answer)) {
        pending = true;
        answer = answer.catch((cause) => new Failure(cause));
      }
    } catch (cause) {
      answer = new Failure(cause);
    }
    answers.push(answer);
  }
  const collect = (settled: readonly (B | Failure)[]): Map<string, B> => collected([...entries.keys()], settled);
  return pending ? Promise.all(answers).then(collect) : collect(answers as (B | Failure)[]);
}

function collected<B>(keys: readonly string[], settled: readonly (B | Failure)[]): Map<string, B> {
  const results = new Map<string, B>();
  const failed: string[] = [];
  let first: Failure | undefined;
  for (const [index, key] of keys.entries()) {
    const answer = settled[index] as B | Failure;
    if (answer instanceof Failure) {
      first ??= answer;
      failed.push(key);
    } else results.set(key, answer);
  }
  if (first === undefined) return results;
  const { cause } = first;
  if (!isCacheError(cause) || failed.length === 1) throw cause;
  // Same class and code as the first failure, made anew because errors are read-only.
  const error = new (cause.constructor as typeof CacheError)(
    `${failed.length} keys failed, the first: ${cause.message}`,
    {
      code: cause.code,
      keys: failed,
      cause,
    },
  );
  throw error;
}
