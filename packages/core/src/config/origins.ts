// Where the values of a config object came from, when not from code. Kept beside the values under a symbol, so that it
// survives `{ ...fromEnvironment, ttl: '5m' }`, and used only while the value is still the one it was kept for.

const origins: unique symbol = Symbol('origins of the values');

/** Where a value was read: the name of its variable. */
export interface Origin {
  readonly value: unknown;
  readonly where: string;
}

/** `config`, whose values by path (`ttl`, `redis.host`) came from elsewhere. */
export function withOrigins<C extends object>(config: C, from: ReadonlyMap<string, Origin>): C {
  return { ...config, [origins]: from };
}

/** The variable that gave `value` to the config at `path`; `undefined` when code did. */
export function originOf(config: object, path: string, value: unknown): string | undefined {
  const origin = (config as Kept)[origins]?.get(path);
  return origin !== undefined && origin.value === value ? origin.where : undefined;
}

/** `own` on top of `base`, whose values came from the config `called` where nothing else is known of them. */
export function mergeOrigins<C extends object>(base: C, called: string, own: C): C {
  const all = new Map<string, Origin>();
  for (const [path, value] of paths(base))
    all.set(path, { value, where: originOf(base, path, value) ?? called + path });
  for (const [path, origin] of (own as Kept)[origins] ?? []) all.set(path, origin);
  return { ...base, ...own, [origins]: all };
}

interface Kept {
  readonly [origins]?: ReadonlyMap<string, Origin>;
}

function* paths(config: object, prefix = ''): Iterable<readonly [string, unknown]> {
  for (const [name, value] of Object.entries(config)) {
    if (value === undefined) continue;
    yield [prefix + name, value];
    if (prefix === '' && typeof value === 'object' && value !== null) yield* paths(value, `${name}.`);
  }
}
