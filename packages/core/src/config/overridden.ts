import type { Backend } from '../contract/backend.ts';

/** `backend` with other members in the place of its own; one that is `undefined` is not there. */
export function overridden<W>(backend: Backend<W>, members: ReadonlyMap<PropertyKey, unknown>): Backend<W> {
  const bound = new Map<PropertyKey, unknown>();
  return new Proxy(backend, {
    has: (target, name) => (members.has(name) ? members.get(name) !== undefined : name in target),
    get(target, name) {
      if (members.has(name)) return members.get(name);
      const known = bound.get(name);
      if (known !== undefined) return known;
      // on the backend itself, since a class of somebody's may have private fields
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const method: unknown = value.bind(target);
      bound.set(name, method);
      return method;
    },
  });
}
