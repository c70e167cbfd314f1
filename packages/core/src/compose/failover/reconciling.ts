import { andThen } from '../../contract/awaitable.ts';
import type { Awaitable } from '../../contract/backend.ts';
import { type Health, isChecking, type Tagging } from '../../contract/capabilities.ts';
import { CacheConnectionError } from '../../contract/errors.ts';
import { alarm } from '../../time/alarm.ts';
import type { KeyOrder } from '../key-order.ts';
import type { FailoverPlan } from './options.ts';
import { Failed, type Side } from './side.ts';

/** Makes a side trustworthy again, whenever something about it is in doubt or its circuit is open. */
export interface Reconciling {
  /** Begins after `ms`, or sooner if that was asked for. */
  wake(ms: number): void;
  stop(): void;
}

export interface ReconcilingHost {
  readonly plan: FailoverPlan;
  /** Keeps reconciled keys apart from changes of them, while calls may wait for the side. */
  readonly order: KeyOrder;
  /** Makes the side forget `keys`. @returns the failure that ended it */
  reconcile(keys: readonly string[]): Awaitable<Failed | undefined>;
  /** What begins with `prefix` was forgotten here; the other side is not to keep what was not remembered. */
  forgotPrefix(prefix: string): Awaitable<unknown>;
  closed(reconciled: number): void;
  /** Something that is no failure of the backend keeps it from being reconciled. */
  broken(error: unknown): void;
}

const batch = 500;

export function reconciling<W>(side: Side<W>, host: ReconcilingHost): Reconciling {
  const { backend, breaker, journal } = side;
  const { plan, order } = host;
  let timer: NodeJS.Timeout | undefined;
  let due = Number.POSITIVE_INFINITY;
  let running = false;
  let stopped = false;
  let reconciled = 0;

  const wake = (ms: number): void => {
    const at = plan.clock.now() + ms;
    if (stopped || at >= due) return;
    due = at;
    clearTimeout(timer);
    timer = alarm(ms, begin);
  };

  const begin = (): void => {
    due = Number.POSITIVE_INFINITY;
    if (running) return;
    running = true;
    void recover()
      .catch(host.broken)
      .finally(() => {
        running = false;
        if (breaker.circuit === 'half-open') breaker.circuit = 'open';
        if (!side.closed || journal.size > 0) wake(plan.probeEvery);
      });
  };

  const recover = async (): Promise<void> => {
    if (!side.closed) {
      breaker.circuit = 'half-open';
      if ((await probe()) instanceof Failed || (await forget(false)) !== undefined || stopped) return;
      breaker.close();
      host.closed(reconciled);
      reconciled = 0;
    }
    // What was changed meanwhile. Calls may wait for the side now, so it comes to an end however many there are.
    await forget(true);
  };

  const served = ({ status }: Health): void => {
    if (status === 'down') throw new CacheConnectionError(`${backend.name}: expected it to be up again, it is down`);
  };

  const probe = (): Awaitable<unknown> =>
    side.ask('probe', [], () => {
      if (!side.started) return side.begin();
      if (isChecking(backend)) return andThen(backend.health(), served);
      return side.name ? backend.ttl(side.name) : backend.start();
    });

  const forget = async (ordered: boolean): Promise<Failed | undefined> => {
    const tags = [...journal.tags];
    if (tags.length > 0) {
      const names = tags.map(([tag]) => tag);
      // Only where both sides keep tags are there any.
      const gone = await side.ask('invalidateTags', names, () => (backend as unknown as Tagging).invalidateTags(names));
      if (gone instanceof Failed) return gone;
      for (const [tag, doubt] of tags) if (journal.settle(journal.tags, tag, doubt)) reconciled++;
    }
    for (const [prefix, doubt] of [...journal.prefixes]) {
      const gone = await side.ask('clear', [prefix], () => backend.clear(prefix));
      if (gone instanceof Failed) return gone;
      if (doubt.collapsed) await host.forgotPrefix(prefix);
      if (journal.settle(journal.prefixes, prefix, doubt)) reconciled++;
    }
    const keys = [...journal.keys.keys()].filter((key) => !journal.haunted(key, plan.clock.now()));
    for (let at = 0; at < keys.length; at += batch) {
      const some = keys.slice(at, at + batch);
      const failed = await (ordered ? order.run(some, () => host.reconcile(some)) : host.reconcile(some));
      if (failed !== undefined) return failed;
      reconciled += some.length;
    }
    return undefined;
  };

  return {
    wake,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
