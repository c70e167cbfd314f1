// Proving a backend
export type { BackendCapabilities, Capability } from './capabilities.ts';
export { describeBackend } from './describe-backend.ts';
export { describeSerializer, type SerializerSamples } from './describe-serializer.ts';
// Faults
export type { Fault, FaultChances, FaultPlan, Operation } from './faults/fault-plan.ts';
export {
  type Faults,
  type FaultyBackend,
  type FaultyOptions,
  faultyBackend,
  type Step,
} from './faults/faulty-backend.ts';
// Histories
export { type KeyOperation, keyOfACache } from './history/key-of-a-cache.ts';
export { type Happening, legalOrder, type Specification, type Verdict } from './history/legal-order.ts';
// Time
export { type ManualClock, manualClock } from './manual-clock.ts';
export { compareWithModel, type ModelOptions } from './model/compare-with-model.ts';
export type { Runner } from './runner.ts';
// A server without a network
export { type InMemoryServer, inMemoryServer, type ServerBackend } from './server/in-memory-server.ts';
export type { MakeSubject, Scope, Subject } from './subject.ts';
