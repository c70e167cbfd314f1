// Where the values of a config object came from, when not from that object. Kept beside the values under a symbol, so that it
// survives `{ ...fromEnvironment, ttl: '5m' }`, and used only while the value is still the one it was kept for.

const origins: unique symbol = Symbol('origins of the values');

/** Where a value was read: the name of its variable, or of the config it was taken over from. */
export interface Origin {
  readonly value: unknown;
  readonly where: string;
  readonly from: 'environment' | 'code';
}

/** `config`, whose values by path (`ttl`, `redis.host`) came from elsewhere. */
export function withOrigins<C extends object>(config: C, from: ReadonlyMap<string, Origin>): C {
  return { ...config, [origins]: from };
}

/** What gave `value` to the config at `path`, when somebody else did. */
export function originOf(config: object, path: string, value: unknown): Origin | undefined {
  const origin = (config as Kept)[origins]?.get(path);
  return origin !== undefined && origin.value === value ? origin : undefined;
}

/** `own` on top of `base`, whose values came from the config `called` where nothing else is known of them. */
export function mergeOrigins<C extends object>(base: C, called: string, own: C): C {
  const all = new Map<string, Origin>();
  for (const [path, value] of paths(base))
    all.set(path, originOf(base, path, value) ?? { value, where: called + path, from: 'code' });
  for (const [path, origin] of (own as Kept)[origins] ?? [])
    if (origin.value !== undefined || !all.has(path)) all.set(path, origin);
  return { ...base, ...own, [origins]: all };
}

interface Kept {
  readonly [origins]?: ReadonlyMap<string, Origin>;
}

// whose settings have places of their own
const sections: readonly string[] = ['memory', 'redis', 'near', 'fallback', 'timeout'];

function* paths(config: object, prefix = ''): Iterable<readonly [string, unknown]> {
  for (const [name, value] of Object.entries(config)) {
    if (value === undefined) continue;
    yield [prefix + name, value];
    if (sections.includes(name) && typeof value === 'object' && value !== null)
      yield* paths(value, `${prefix}${name}.`);
  }
}
