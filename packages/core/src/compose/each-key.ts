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
  const answers = new Map<string, Awaitable<B | Failure>>();
  let pending = false;
  let failing = false;
  for (const [key, value] of entries) {
    let answer: Awaitable<B | Failure>;
    try {
      answer = one(key, value);
      if (isPending(answer)) {
        pending = true;
        answer = answer.catch((cause) => new Failure(cause));
      }
    } catch (cause) {
      failing = true;
      answer = new Failure(cause);
    }
    answers.set(key, answer);
  }
  // sound: none of them is pending, and then none is a failure
  if (!pending) return failing ? collected(answers as Map<string, B | Failure>) : (answers as Map<string, B>);
  const keys = [...answers.keys()];
  return Promise.all(answers.values()).then((settled) =>
    collected(new Map(keys.map((key, i) => [key, settled[i] as B | Failure]))),
  );
}

function collected<B>(answers: ReadonlyMap<string, B | Failure>): Map<string, B> {
  const results = new Map<string, B>();
  const failed: string[] = [];
  let first: Failure | undefined;
  for (const [key, answer] of answers) {
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
