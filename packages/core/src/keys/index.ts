// Keys made of arguments and of templates (`@cache/core/keys`)
export { encodeKey, type KeyedValue } from './encode-key.ts';
export { hashKey } from './hash-key.ts';
export { type KeyTemplateOptions, keyTemplate, type TemplateCall } from './key-template.ts';
export type { CheckedTemplate } from './template-types.ts';
