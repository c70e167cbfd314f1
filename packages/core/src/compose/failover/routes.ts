import { andThen, isPending } from '../../contract/awaitable.ts';
import type { Awaitable } from '../../contract/backend.ts';
import type { CapableBackend, Invalidation } from '../../contract/capabilities.ts';
import { CacheConnectionError, type CacheError } from '../../contract/errors.ts';
import type { CacheResult } from '../../contract/result.ts';
import type { KeyOrder } from '../key-order.ts';
import type { Journal } from './journal.ts';
import { LocalLeases } from './local-leases.ts';
import type { FailoverPlan } from './options.ts';
import { Failed, orThrow, type Side } from './side.ts';

/**
 * Who is asked, and who is asked when that one failed.
 *
 * Invariants. A side is asked about a key only where the key is not in doubt; where it is in doubt on both sides it is
 * absent. Changes of one key happen one after the other, each on the primary first and then on the fallback; what one of
 * them missed is in its journal before the other takes it. Sweeps (clears, invalidations of tags) wait for no change, and no
 * change for them: what a sweep meets under way is in doubt in the fallback until it was removed there.
 */
export class Routes<W> {
  readonly primary: Side<W>;
  readonly fallback: Side<W>;
  readonly order: KeyOrder;
  readonly leases: LocalLeases = new LocalLeases();
  readonly #plan: FailoverPlan;
  /** Tells observers of what the primary does not know. */
  readonly #tell: (change: Invalidation) => void;
  /** Changes that have begun and not ended, and those of their keys that a sweep met. No key is in two of them. */
  readonly #underWay = new Set<{ readonly keys: readonly string[]; readonly met: Set<string> }>();
  #begun = 0;
  #sweeping = 0;

  constructor(
    primary: Side<W>,
    fallback: Side<W>,
    order: KeyOrder,
    plan: FailoverPlan,
    tell: (change: Invalidation) => void,
  ) {
    this.primary = primary;
    this.fallback = fallback;
    this.order = order;
    this.#plan = plan;
    this.#tell = tell;
  }

  /** What is read of one key; `miss` is what absence looks like. */
  read<R>(operation: string, key: string, miss: R, ask: (backend: CapableBackend<W>) => Awaitable<R>): Awaitable<R> {
    const { primary } = this;
    if (!primary.trusts(key)) return this.#instead(operation, key, miss, ask);
    return andThen(
      primary.ask(operation, [key], () => ask(primary.backend)),
      (answer) =>
        answer instanceof Failed || (this.#plan.readFallbackOnMiss && isAbsent(answer))
          ? this.#instead(operation, key, miss, ask)
          : answer,
    );
  }

  /** What is read of many, in the order asked for. */
  readMany<V>(
    operation: string,
    keys: readonly string[],
    ask: (backend: CapableBackend<W>, keys: readonly string[]) => Awaitable<ReadonlyMap<string, V>>,
  ): Awaitable<ReadonlyMap<string, V>> {
    const { primary, fallback } = this;
    const trusted = keys.filter((key) => primary.trusts(key));
    const found = trusted.length === 0 ? nothing : primary.ask(operation, trusted, () => ask(primary.backend, trusted));
    return andThen(found, (first) => {
      const here: ReadonlyMap<string, V> = first instanceof Failed ? nothing : first;
      const answered = new Set(first instanceof Failed ? [] : this.#plan.readFallbackOnMiss ? here.keys() : trusted);
      const rest = keys.filter((key) => !answered.has(key));
      if (rest.length === 0) return here;
      if (!fallback.closed) throw this.away(fallback);
      const known = rest.filter((key) => fallback.trusts(key));
      return andThen(
        fallback.ask(operation, known, () => ask(fallback.backend, known)),
        (answered) => {
          const second = orThrow(answered);
          this.#tell({ keys: rest });
          if (here.size === 0) return second;
          const merged = new Map<string, V>();
          for (const key of keys) {
            const from = here.has(key) ? here : second;
            if (from.has(key)) merged.set(key, from.get(key) as V);
          }
          return merged;
        },
      );
    });
  }

  /**
   * A change of `keys`: of the primary, and then, by `mirror`, of the fallback; where the primary is not asked or fails,
   * of the fallback alone.
   */
  change<R>(
    operation: string,
    keys: readonly string[],
    make: (backend: CapableBackend<W>) => Awaitable<R>,
    mirror: (answer: R) => ((backend: CapableBackend<W>) => Awaitable<unknown>) | undefined,
    alone: (backend: CapableBackend<W>) => Awaitable<R> = make,
  ): Awaitable<R> {
    const { primary } = this;
    return this.ordered(keys, () =>
      andThen(primary.ready(keys), (ready) => {
        if (!ready) return this.alone(operation, keys, alone);
        return andThen(
          primary.ask(operation, keys, () => make(primary.backend), keys),
          (answer) => {
            if (answer instanceof Failed) return this.alone(operation, keys, alone);
            const again = this.#plan.mirror === 'always' ? mirror(answer) : undefined;
            if (again === undefined) return answer;
            return andThen(this.#mirrored(operation, keys, again), () => answer);
          },
        );
      }),
    );
  }

  /** Runs `step`, which changes `keys`, when the changes of them that were asked for earlier are done. */
  ordered<R>(keys: readonly string[], step: () => Awaitable<R>): Awaitable<R> {
    return this.order.run(keys, () => {
      const answer = step();
      return isPending(answer) ? this.#metBySweeps(keys, answer) : answer;
    });
  }

  /** A change that only the fallback takes. To be called where its keys are {@link Routes.ordered}. */
  alone<R>(
    operation: string,
    keys: readonly string[],
    make: (backend: CapableBackend<W>) => Awaitable<R>,
  ): Awaitable<R> {
    const { primary, fallback } = this;
    primary.doubt((journal) => journal.addKeys(keys));
    this.leases.break(keys);
    return andThen(fallback.ready(keys), (ready) => {
      if (!ready) throw this.away(fallback);
      return andThen(
        fallback.ask(operation, keys, () => make(fallback.backend), keys),
        (answered) => {
          const answer = orThrow(answered);
          // A recovery may have settled them while the fallback was still at it.
          if (!keys.every((key) => primary.journal.doubts(key))) primary.doubt((journal) => journal.addKeys(keys));
          this.#tell({ keys });
          return answer;
        },
      );
    });
  }

  /** A change of keys that are not known one by one but by what it `covers`, on both sides. `note` is what a side that missed it must not be trusted about. */
  sweep<R>(
    operation: string,
    names: readonly string[],
    covers: (key: string) => boolean,
    change: Invalidation,
    make: (backend: CapableBackend<W>) => Awaitable<R>,
    note: (journal: Journal) => void,
  ): Awaitable<R> {
    this.leases.breakAll();
    return andThen(this.#swept(this.primary, operation, names, make, note), (first) => {
      this.#meet(covers);
      return andThen(this.#swept(this.fallback, operation, names, make, note), (second) => {
        const answer = orThrow(first instanceof Failed ? second : first);
        if (first instanceof Failed) this.#tell(change);
        return answer;
      });
    });
  }

  /** The same number twice: no sweep was under way in between. */
  get sweeps(): number {
    return this.#sweeping > 0 ? Number.NaN : this.#begun;
  }

  /** Removes `keys` from the fallback, of which it can say nothing that is true. */
  readonly forget = (keys: readonly string[]): Awaitable<unknown> =>
    this.#mirrored('delete', keys, (backend) => backend.deleteMany(keys));

  /** As {@link Routes.forget}, of every key that begins with `prefix`. */
  readonly forgetPrefix = (prefix: string): Awaitable<unknown> => {
    this.#meet((key) => key.startsWith(prefix));
    return this.#swept(
      this.fallback,
      'clear',
      [prefix],
      (backend) => backend.clear(prefix),
      (journal) => journal.addPrefix(prefix),
    );
  };

  readonly away = (side: Side<W>): CacheError => {
    const { primary, fallback } = this;
    return new CacheConnectionError(
      `failover: expected ${primary.backend.name} or ${fallback.backend.name} to answer, neither does`,
      { cause: side.error },
    );
  };

  #swept<R>(
    side: Side<W>,
    operation: string,
    names: readonly string[],
    make: (backend: CapableBackend<W>) => Awaitable<R>,
    note: (journal: Journal) => void,
  ): Awaitable<R | Failed> {
    const missed = (failed: Failed): Failed => {
      side.doubt(note);
      return failed;
    };
    this.#begun++;
    if (!side.closed) return missed(new Failed(this.away(side)));
    const answered = side.ask(operation, names, () => make(side.backend));
    if (isPending(answered)) {
      this.#sweeping++;
      const ended = (): void => void this.#sweeping--;
      answered.then(ended, ended);
    }
    return andThen(answered, (answer) => (answer instanceof Failed ? missed(answer) : answer));
  }

  /** A sweep reaches the fallback: from here on changes under way may come there after it, with what the primary had before it. */
  #meet(covers: (key: string) => boolean): void {
    for (const { keys, met } of this.#underWay)
      for (const key of keys)
        if (covers(key)) {
          met.add(key);
          this.fallback.journal.hold(key);
        }
  }

  async #metBySweeps<R>(keys: readonly string[], answer: Promise<R>): Promise<R> {
    const change = { keys, met: new Set<string>() };
    this.#underWay.add(change);
    try {
      return await answer;
    } finally {
      this.#underWay.delete(change);
      if (change.met.size > 0) {
        await this.forget([...change.met]);
        for (const key of change.met) this.fallback.journal.letGo(key);
      }
    }
  }

  #mirrored(
    operation: string,
    keys: readonly string[],
    make: (backend: CapableBackend<W>) => Awaitable<unknown>,
  ): Awaitable<unknown> {
    const { fallback } = this;
    return andThen(fallback.ready(keys), (ready): Awaitable<unknown> => {
      if (ready) return fallback.ask(operation, keys, () => make(fallback.backend), keys);
      fallback.doubt((journal) => journal.addKeys(keys));
      return undefined;
    });
  }

  #instead<R>(
    operation: string,
    key: string,
    miss: R,
    ask: (backend: CapableBackend<W>) => Awaitable<R>,
  ): Awaitable<R> {
    const { fallback } = this;
    if (!fallback.closed) throw this.away(fallback);
    if (!fallback.trusts(key)) return miss;
    return andThen(
      fallback.ask(operation, [key], () => ask(fallback.backend)),
      (answered) => {
        const answer = orThrow(answered);
        this.#tell({ keys: [key] });
        return answer;
      },
    );
  }
}

/** Whether a read found nothing, whichever it was. */
function isAbsent(answer: unknown): boolean {
  return answer === undefined || answer === false || (answer as CacheResult<unknown> | null)?.hit === false;
}

const nothing: ReadonlyMap<string, never> = new Map<string, never>();
