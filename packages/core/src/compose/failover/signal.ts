import type { Invalidation, Observing } from '../../contract/capabilities.ts';

/** The changes of a failover: those of its primary while it is asked, and what only the fallback knows of. */
export interface Signal extends Observing {
  /** Tells of a change that the primary does not tell of. */
  tell(change: Invalidation): void;
  /** The primary is left: nothing is heard until it is back. */
  lose(): void;
  restore(): void;
}

export function failoverSignal(primary: Observing): Signal {
  const listeners = new Set<(change: Invalidation) => void>();
  let left = false;
  let heard = false;
  let unwatch: (() => void) | undefined;

  const emit = (change: Invalidation): void => {
    for (const listener of [...listeners]) listener(change);
  };
  const tell = (change: Invalidation): void => {
    if (!left && heard) emit(change);
  };
  const hear = (change: Invalidation): void => {
    if (!('signal' in change)) tell(change);
    else if (heard !== (change.signal === 'restored')) {
      heard = !heard;
      if (!left) emit(change);
    }
  };

  return {
    tell,
    lose() {
      tell({ signal: 'lost' });
      left = true;
    },
    restore() {
      left = false;
      tell({ signal: 'restored' });
    },
    onInvalidate(listener) {
      unwatch ??= primary.onInvalidate(hear);
      const own = (change: Invalidation): void => listener(change);
      listeners.add(own);
      own({ signal: !left && heard ? 'restored' : 'lost' });
      return () => {
        listeners.delete(own);
        if (listeners.size > 0) return;
        unwatch?.();
        unwatch = undefined;
        heard = false;
      };
    },
  };
}
