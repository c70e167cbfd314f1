import type { Invalidation, Observing } from '../../contract/capabilities.ts';
import type { Clock } from '../../time/clock.ts';

/** The changes of a failover: those of its primary while that is asked, and what only the fallback knows of. */
export interface Signal extends Observing {
  /** Tells of a change that the primary does not tell of. */
  tell(change: Invalidation): void;
  /** The primary is left: nothing is heard until it is back. */
  lose(): void;
  restore(): void;
}

/** One listener, and the signal of the primary as it was told last, and when. */
interface Ear {
  readonly listener: (change: Invalidation) => void;
  signal: Extract<Invalidation, { signal: unknown }>;
  at: number;
}

export function failoverSignal(primary: Observing, clock: Clock): Signal {
  const ears = new Set<Ear>();
  let left = false;
  const tell = (change: Invalidation): void => {
    for (const { listener, signal } of [...ears]) if (!left && signal.signal === 'restored') listener(change);
  };

  return {
    tell,
    lose() {
      tell({ signal: 'lost' });
      left = true;
    },
    restore() {
      left = false;
      const now = clock.now();
      for (const { listener, signal, at } of [...ears]) {
        const holdsFor = signal.holdsFor === undefined ? undefined : signal.holdsFor - (now - at);
        // One that vouches for no time any more says so again before long.
        if (signal.signal === 'restored' && (holdsFor ?? 1) > 0) listener({ ...signal, holdsFor });
      }
    },
    onInvalidate(listener, options) {
      const ear: Ear = { listener, signal: { signal: 'lost' }, at: 0 };
      ears.add(ear);
      const deaf = primary.onInvalidate((change) => {
        if ('signal' in change) {
          ear.signal = change;
          ear.at = clock.now();
        }
        if (!left) listener(change);
      }, options);
      if (left) listener({ signal: 'lost' });
      return () => {
        ears.delete(ear);
        deaf();
      };
    },
    ...(primary.observes !== undefined && { observes: primary.observes.bind(primary) }),
  };
}
