import type { Backend } from '../contract/backend.ts';

/**
 * `backend` for as many caches as will close it: it is closed with the last of them. One object for all of them, since
 * single flight and fences belong to the backend object.
 */
export function sharedBackend(backend: Backend<unknown>, caches: number): Backend<unknown> {
  let open = caches;
  const close = (): ReturnType<Backend<unknown>['close']> => (--open === 0 ? backend.close() : undefined);
  const bound = new Map<PropertyKey, unknown>();
  return new Proxy(backend, {
    get(target, name) {
      if (name === 'close') return close;
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
