import { andThen } from '../contract/awaitable.ts';
import type { Awaitable, Backend } from '../contract/backend.ts';
import type { CapableBackend } from '../contract/capabilities.ts';
import { CacheValidationError } from '../contract/errors.ts';
import type { SchemaIssue, SchemaResult, StandardSchema } from '../contract/standard-schema.ts';
import { mapValues, OUTDATED } from './map-values.ts';

export interface ValidatedOptions {
  /** What a read does with a value of another shape: delete it and miss, or throw. @default 'miss' */
  readonly onInvalid?: 'miss' | 'throw' | undefined;
  /** Told of every value that was deleted because of its shape. */
  readonly report?: ((error: CacheValidationError) => void) | undefined;
}

/**
 * `backend` with every value checked by `schema`, before it is written and after it is read; what the schema makes of a
 * value is what is stored and returned.
 */
export function validated<T>(
  backend: Backend<T>,
  schema: StandardSchema<T>,
  options: ValidatedOptions = {},
): CapableBackend<T> {
  const { onInvalid = 'miss', report } = options;

  return mapValues<T, T>(backend, {
    read: (key, value) =>
      andThen(validate(schema, value), (result) => {
        if (result.issues === undefined) return result.value;
        const error = refused(`entry of key ${JSON.stringify(key)}`, key, result.issues);
        if (onInvalid === 'throw') throw error;
        report?.(error);
        return OUTDATED;
      }),
    write: (key, value) => accepted(schema, key, value),
  });
}

/** What `schema` makes of a value that is to be stored under `key`. @throws {CacheValidationError} when it refuses it */
export function accepted<T>(schema: StandardSchema<T>, key: string, value: unknown): Awaitable<T> {
  return andThen(validate(schema, value), (result) => {
    if (result.issues === undefined) return result.value;
    throw refused(`value of key ${JSON.stringify(key)}`, key, result.issues);
  });
}

function validate<T>(schema: StandardSchema<T>, value: unknown): Awaitable<SchemaResult<T>> {
  return schema['~standard'].validate(value);
}

function refused(what: string, key: string, found: readonly SchemaIssue[]): CacheValidationError {
  // The paths, not the schema's messages: those may quote the value.
  const issues = found.map(({ message, path }) => ({ message, path: path === undefined ? '' : pathText(path) }));
  const where = issues.slice(0, 5).map(({ path }) => (path === '' ? 'the value itself' : path));
  const more = issues.length > where.length ? `, and ${issues.length - where.length} more` : '';
  return new CacheValidationError(
    `${what}: expected what its schema accepts, which objects to ${where.join(', ')}${more}`,
    {
      key,
      issues,
    },
  );
}

function pathText(path: NonNullable<SchemaIssue['path']>): string {
  return path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
}
