// Proving a backend
export type { BackendCapabilities, Capability } from './capabilities.ts';
export { describeBackend } from './describe-backend.ts';
// Time
export { type ManualClock, manualClock } from './manual-clock.ts';
export type { Runner } from './runner.ts';
// A server without a network
export { type InMemoryServer, inMemoryServer, type ServerBackend } from './server/in-memory-server.ts';
export type { MakeSubject, Scope, Subject } from './subject.ts';
