import { CacheConfigError } from '@cache/core';
import { type LayerScheme, type ParameterType, parameterAliases } from './layers.ts';

/** The parameters of a query, one record per layer, in the order of `layers`. */
export function parseParameters(query: string, layers: readonly LayerScheme[]): readonly Record<string, unknown>[] {
  const found = layers.map((): Record<string, unknown> => ({}));
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const [rawName = '', ...rawValue] = pair.split('=');
    const name = decode(rawName);
    const { parameter, type, index } = ownerOf(name, layers);
    const value = read(name, decode(rawValue.join('=')), type);
    const of = found[index] as Record<string, unknown>; // as many records as layers
    if (Object.hasOwn(of, parameter))
      throw new CacheConfigError(`serializer parameter ${parameter}: expected it once, got it twice`);
    of[parameter] = value;
  }
  return found;
}

interface Owner {
  readonly parameter: string;
  readonly type: ParameterType;
  readonly index: number;
}

function ownerOf(name: string, layers: readonly LayerScheme[]): Owner {
  const dot = name.indexOf('.');
  const prefix = dot < 0 ? undefined : name.slice(0, dot).toLowerCase();
  const bare = dot < 0 ? name : name.slice(dot + 1);
  const parameter = parameterAliases.get(bare) ?? bare;
  const knowing = layers.flatMap((layer, index) => {
    const type = Object.hasOwn(layer.parameters, parameter) ? layer.parameters[parameter] : undefined;
    const meant = prefix === undefined || prefix === layer.name || layer.aliases.includes(prefix);
    return meant && type !== undefined ? [{ layer, type, index }] : [];
  });
  const [first] = knowing;
  if (first === undefined)
    throw new CacheConfigError(`serializer parameter: expected ${known(layers)}, got ${JSON.stringify(name)}`);
  if (knowing.length > 1)
    throw new CacheConfigError(
      `serializer parameter ${parameter}: expected one layer's (${knowing.map(({ layer }) => `${layer.name}.${parameter}`).join(', ')}), got a bare name that ${knowing.length} layers know`,
    );
  return { parameter, type: first.type, index: first.index };
}

function known(layers: readonly LayerScheme[]): string {
  const all = layers.flatMap((layer) => Object.keys(layer.parameters).map((each) => `${layer.name}.${each}`));
  return all.length === 0 ? 'none (these layers have no parameters)' : `one of ${[...new Set(all)].join(', ')}`;
}

function read(name: string, text: string, type: ParameterType): unknown {
  if (type === 'integer') {
    if (!/^-?\d+$/.test(text))
      throw new CacheConfigError(`serializer parameter ${name}: expected a whole number, got ${JSON.stringify(text)}`);
    return Number(text);
  }
  if (text === 'true' || text === '1' || text === '') return true;
  if (text === 'false' || text === '0') return false;
  throw new CacheConfigError(`serializer parameter ${name}: expected true or false, got ${JSON.stringify(text)}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new CacheConfigError(`serializer parameters: expected percent-encoded text, got ${JSON.stringify(text)}`);
  }
}
