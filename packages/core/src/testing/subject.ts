import type { Awaitable, Backend } from '../contract/backend.ts';

/** Gives the kit a backend to test, once for every test. */
export type MakeSubject<W> = (scope: Scope) => Awaitable<Subject<W>>;

/** Where one test keeps its entries. */
export interface Scope {
  /** Every key and every tag of the test begins with it. Different for every test, so that tests can share a server. */
  readonly prefix: string;
}

/** A backend under test, not yet started; the kit starts and closes it. */
export interface Subject<W> {
  readonly backend: Backend<W>;
  /**
   * Makes `ms` milliseconds pass for the backend: moves its clock, or, on a real server, shortens what its entries and
   * leases have left. At most 2³² is asked for.
   */
  advance(ms: number): Awaitable<unknown>;
  /** A second backend object over the same entries, as another process would have; not yet started. Shared backends give it. */
  peer?(): Awaitable<Backend<W>>;
  /**
   * Cuts the backend off from where its entries are, until the function it gives is called: stops a server, breaks a line.
   * Backends that keep entries elsewhere give it.
   */
  fail?(): Awaitable<() => unknown>;
  /** Called after the test, when the backend was closed. */
  dispose?(): Awaitable<unknown>;
}
