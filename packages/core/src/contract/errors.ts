/**
 * Every failure of a cache is a `CacheError` with a stable `code`. Messages say what was expected and what came, name
 * the key, and never contain a value or a credential.
 */
export class CacheError extends Error {
  /** Stable across versions; branch on this, or on the class. */
  readonly code: string;
  /** The key the failure is about, when there is one. */
  declare readonly key?: string;
  /** The keys it is about, when there are several. */
  declare readonly keys?: readonly string[];

  constructor(message: string, details: CacheErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = details.code ?? 'CACHE_ERROR';
    if (details.key !== undefined) this.key = details.key;
    if (details.keys !== undefined) this.keys = details.keys;
    this.name = new.target.name;
    mark(this, brand);
  }
}

/** What an error says beside its message. */
export interface CacheErrorDetails {
  readonly code?: string;
  readonly key?: string;
  readonly keys?: readonly string[];
  readonly cause?: unknown;
}

// Registered, so that two copies of this package in one program know each other's errors.
const brand = Symbol.for('@cache/core/error');
const backendBrand = Symbol.for('@cache/core/backend-error');

/** Whether `error` is a {@link CacheError}, also one made by another copy of this package. */
export function isCacheError(error: unknown): error is CacheError {
  return isMarked(error, brand);
}

/** Whether `error` is a {@link CacheBackendError}, also one made by another copy of this package. */
export function isBackendFailure(error: unknown): boolean {
  return isMarked(error, backendBrand);
}

/** Whether `error` says that an entry cannot be read or a value not be written; see {@link CacheSerializationError}. */
export function isSerializationFailure(error: unknown): boolean {
  return isCacheError(error) && error.code === 'SERIALIZATION';
}

function mark(error: CacheError, symbol: symbol): void {
  Object.defineProperty(error, symbol, { value: true });
}

function isMarked(error: unknown, symbol: symbol): boolean {
  return typeof error === 'object' && error !== null && (error as Record<symbol, unknown>)[symbol] === true;
}

/** A time to live that is not one. Thrown before any I/O; nothing was changed. */
export class InvalidTtlError extends CacheError {
  constructor(message: string, details: CacheErrorDetails = {}) {
    super(message, { code: 'INVALID_TTL', ...details });
  }
}

/** A key, key template or key argument that cannot be used. Thrown before any I/O and before a cached function's body runs. */
export class CacheKeyError extends CacheError {
  constructor(message: string, details: CacheErrorDetails = {}) {
    super(message, { code: 'INVALID_KEY', ...details });
  }
}

/** An option, URL or variable that is unknown, out of range or contradicts another. Thrown at construction. */
export class CacheConfigError extends CacheError {
  constructor(message: string, details: CacheErrorDetails = {}) {
    super(message, { code: 'INVALID_CONFIG', ...details });
  }
}

/** Something was asked for that this backend cannot do. Thrown before any side effect. */
export class CacheCapabilityError extends CacheError {
  constructor(message: string, details: CacheErrorDetails = {}) {
    super(message, { code: 'MISSING_CAPABILITY', ...details });
  }
}

/** `getOrThrow` found no entry. */
export class CacheMissError extends CacheError {
  constructor(message: string, details: CacheErrorDetails = {}) {
    super(message, { code: 'MISS', ...details });
  }
}

/** A value that cannot be written, or bytes that cannot be read. A refused write changed nothing; unreadable bytes stay where they are. */
export class CacheSerializationError extends CacheError {
  constructor(message: string, details: CacheErrorDetails = {}) {
    super(message, { code: 'SERIALIZATION', ...details });
  }
}

/** A value that its schema refuses. A refused write changed nothing. */
export class CacheValidationError extends CacheError {
  /** What the schema objected to. */
  readonly issues: readonly { readonly message: string; readonly path?: string }[];

  constructor(message: string, details: CacheErrorDetails & { readonly issues?: CacheValidationError['issues'] } = {}) {
    super(message, { code: 'VALIDATION', ...details });
    this.issues = details.issues ?? [];
  }
}

/** The backend failed or refused. Unless a subclass says otherwise, nothing was changed. */
export class CacheBackendError extends CacheError {
  constructor(message: string, details: CacheErrorDetails = {}) {
    super(message, { code: 'BACKEND', ...details });
    mark(this, backendBrand);
  }
}

/** The backend could not be reached. Nothing was changed, unless the code is `OUTCOME_UNKNOWN`: the connection broke under a write. */
export class CacheConnectionError extends CacheBackendError {
  constructor(message: string, details: CacheErrorDetails = {}) {
    super(message, { code: 'CONNECTION', ...details });
  }
}

/** An operation or a loader took longer than it may. Whether a write took effect is unknown. */
export class CacheTimeoutError extends CacheBackendError {
  constructor(message: string, details: CacheErrorDetails = {}) {
    super(message, { code: 'TIMEOUT', ...details });
  }
}

/** Another process held the lease of a key for longer than the caller would wait. Nothing was changed. */
export class CacheLeaseTimeoutError extends CacheBackendError {
  constructor(message: string, details: CacheErrorDetails = {}) {
    super(message, { code: 'LEASE_TIMEOUT', ...details });
  }
}
