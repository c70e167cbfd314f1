import type { Backend } from '../contract/backend.ts';
import { type BackendOf, loggerOf } from './open.ts';
import { overridden } from './overridden.ts';
import type { SchemeContext } from './scheme.ts';
import type { Resolved } from './wanted.ts';

/** Caches whose entries are in one place. */
interface Group {
  caches: number;
  readonly observe: Set<string>;
  /** Of the first cache that has one. */
  logger: SchemeContext['logger'];
  backend?: Backend<unknown>;
}

/**
 * Where the backends of several caches come from: those that ask for the same connections get the same one, which observes
 * the keys of all that have a near tier. A backend without connections is one cache's own.
 */
export function sharedBackends(caches: readonly { readonly resolved: Resolved; readonly prefix: string }[]): BackendOf {
  const groups = new Map<unknown, Group>();
  for (const { resolved, prefix } of caches) {
    for (const part of [resolved, resolved.near, resolved.fallback]) {
      if (part === undefined) continue;
      const group: Group = groups.get(placeOf(part)) ?? { caches: 0, observe: new Set(), logger: undefined };
      group.caches++;
      group.logger ??= loggerOf(resolved);
      if (resolved.near !== undefined && part !== resolved.near) group.observe.add(prefix);
      groups.set(placeOf(part), group);
    }
  }
  return (part, context) => {
    const group = groups.get(placeOf(part)) as Group; // each part is in one
    group.backend ??= sharedBackend(
      part.create({ observe: [...group.observe], logger: group.logger, ...context }),
      group.caches,
    );
    return group.backend;
  };
}

/** Where the entries of a part are, to be compared with others: connections that are the same lead to one place. */
export function placeOf(part: Resolved): unknown {
  const { scheme, settings } = part;
  return scheme.connects === true ? JSON.stringify([scheme.scheme, Object.entries(settings).sort()]) : part;
}

/**
 * `backend` for as many caches as will close it: it is closed with the last of them. One object for all of them, since
 * single flight and fences belong to the backend object.
 */
function sharedBackend(backend: Backend<unknown>, caches: number): Backend<unknown> {
  if (caches === 1) return backend;
  let open = caches;
  const close = (): ReturnType<Backend<unknown>['close']> => (--open === 0 ? backend.close() : undefined);
  return overridden(backend, new Map([['close', close]]));
}
