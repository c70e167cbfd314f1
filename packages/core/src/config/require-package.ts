import { createRequire } from 'node:module';
import { CacheConfigError } from '../contract/errors.ts';
import { installCommand } from './install-hint.ts';
import { type Asking, fileOf, isNotFound } from './load-package.ts';
import { unjudged } from './problems.ts';

/**
 * The result of `asking`, with the packages it asks for loaded at once: `require` loads ES modules in every Node that core runs on.
 * A package that cannot be loaded so is not judged.
 */
export function requiring<T>(asking: Asking<T>): T {
  let step = asking.next();
  while (!step.done) {
    const { from, need } = step.value;
    const absent: string[] = [];
    let loaded: Readonly<Record<string, unknown>> | undefined;
    try {
      const file = fileOf(from.name);
      if (file === undefined) absent.push(from.name, ...from.peers);
      else loaded = createRequire(file)(file);
    } catch (error) {
      absent.push(...from.peers.filter((peer) => isNotFound(error, peer)));
    }
    if (loaded !== undefined) step = asking.next(loaded);
    else if (absent.length === 0) step = asking.throw(unjudged());
    else {
      const all = [from.name, ...from.peers].join(' and ');
      const bundled = 'a bundled application passes `backends` here too';
      step = asking.throw(new CacheConfigError(`${need} needs ${all}: ${installCommand(absent)} (${bundled})`));
    }
  }
  return step.value;
}
