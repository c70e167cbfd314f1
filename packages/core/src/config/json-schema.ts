import { z } from 'zod';
import { cacheParameters } from './cache-parameters.ts';
import { fallbackParameters } from './fallback-parameters.ts';
import { nearParameters } from './near-parameters.ts';
import { cacheConfigSchema } from './schema.ts';
import type { Parameters } from './scheme.ts';

/** A node of a JSON Schema. */
type Node = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema (draft 2020-12) of a config object, for files in JSON and YAML and for editors. It has what text can say:
 * `schema`, `clock`, `logger` and the like are for code. Settings of backends are checked when a cache is created.
 */
export function cacheConfigJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(cacheConfigSchema, {
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      delete jsonSchema.readOnly; // an editor takes it for what only the server sets
      if (zodSchema._zod.def.type === 'custom' && jsonSchema.type === undefined) jsonSchema.not = {};
    },
  });
  return described(textual(schema) as Node, cacheParameters); // it goes in as one
}

/** Without what only code can give, which stands there as `{ not: {} }`. */
function textual(node: unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) return node.filter(isTextual).map(textual);
  return Object.fromEntries(
    Object.entries(node)
      .filter(([, value]) => isTextual(value))
      .map(([name, value]) => [name, textual(value)]),
  );
}

function isTextual(node: unknown): boolean {
  return typeof node !== 'object' || node === null || !('not' in node);
}

const tiers: Readonly<Record<string, Parameters>> = { near: nearParameters, fallback: fallbackParameters };

/** With what the reference page says of each property, for an editor to show. */
function described(node: Node, parameters: Parameters): Node {
  if (!('properties' in node)) return node;
  const properties = Object.entries(node.properties as Readonly<Record<string, Node>>).map(([name, property]) => {
    const description = parameters[name]?.description;
    const tier = parameters === cacheParameters ? tiers[name] : undefined;
    const inner = tier && { anyOf: (property.anyOf as readonly Node[]).map((one) => described(one, tier)) };
    return [name, { ...(description && { description }), ...property, ...inner }];
  });
  return { ...node, properties: Object.fromEntries(properties) };
}
