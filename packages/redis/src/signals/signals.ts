import type { Invalidation, Observing } from '@cache/core';
import type { Node } from '../connection/link.ts';
import { TAG_PREFIX } from '../entries/tag-keys.ts';
import { type Ear, openEar } from './ear.ts';

/** What servers tell by themselves: that a load ended, and what changed. */
export interface Signals extends Required<Observing> {
  /** Listens from now on. Idempotent. */
  listen(): void;
  /** There may be other servers now: whatever was heard from the old ones no longer counts. */
  restart(): void;
  /** Whether every change is heard. */
  readonly live: boolean;
  close(): void;
}

export interface SignalsOptions {
  /** One for every server that takes writes. */
  servers(): Promise<readonly Node[]>;
  /** The prefixes to watch; undefined: changes are not watched. */
  readonly observe: readonly string[] | undefined;
  readonly timeout: number;
  readonly connectTimeout: number;
  onWake(key: string): void;
  /** From now on every wake is heard. */
  onListening(): void;
}

const FIRST_RETRY_MS = 100;
// Where the right to listen is missing, trying is of no use: it must not be a burden either.
const LONGEST_RETRY_MS = 2000;
const HEARTBEAT_MS = 1000;

/** Invariant: `restored` is only told while there is an ear at every server; when one ends, all start anew. */
export function signals(options: SignalsOptions): Signals {
  const { observe, timeout, connectTimeout } = options;
  const listeners = new Set<(invalidation: Invalidation) => void>();
  const track = observe === undefined ? undefined : withoutOverlap([...observe, TAG_PREFIX]);
  let ears: Ear[] = [];
  /** How long changes may go unseen, if anyone said. */
  let bound = Number.POSITIVE_INFINITY;
  /** Until when each ear has heard all, in the order they were opened in. */
  let heardUntil: number[] = [];
  let live = false;
  let listening = false;
  let closed = false;
  let round = 0;
  let retry: NodeJS.Timeout | undefined;
  let failures = 0;
  let opening = new AbortController();

  const tell = (invalidation: Invalidation): void => {
    for (const listener of [...listeners]) listener(invalidation);
  };

  const changed = (keys: readonly string[] | null): void => {
    if (!live) return;
    if (keys === null) {
      tell({ all: true });
      return;
    }
    const tags = keys.filter((key) => key.startsWith(TAG_PREFIX)).map((key) => key.slice(TAG_PREFIX.length));
    const entries = keys.filter((key) => !key.startsWith('\0'));
    if (entries.length > 0) tell({ keys: entries });
    if (tags.length > 0) tell({ tags });
  };

  const restored = (): Invalidation => ({
    signal: 'restored',
    ...(bound < Number.POSITIVE_INFINITY && { holdsFor: Math.min(...heardUntil) + bound - performance.now() }),
  });

  const stop = (): void => {
    round++;
    clearTimeout(retry);
    opening.abort();
    for (const ear of ears) ear.close();
    ears = [];
    options.onWake(''); // who waits looks again
    if (!live) return;
    live = false;
    tell({ signal: 'lost' });
  };

  const start = async (): Promise<void> => {
    const mine = ++round;
    opening = new AbortController();
    const { signal } = opening;
    const ended = (): void => {
      if (mine === round) again();
    };
    try {
      const servers = await options.servers();
      /** A cluster may have got another one, without a word where its client is not ours. */
      const compare = async (): Promise<void> => {
        const now = await options.servers().catch(() => servers); // whoever is gone has an ear that ends
        if (namesOf(now) !== namesOf(servers)) ended();
      };
      const opened = await Promise.allSettled(
        servers.map((node, index) =>
          openEar({
            node,
            connectTimeout,
            signal,
            timeout: () => Math.min(timeout, bound / 3),
            interval: () => Math.min(HEARTBEAT_MS, bound / 3),
            track,
            onWake: options.onWake,
            onChange: changed,
            onProof(at) {
              if (mine !== round) return;
              heardUntil[index] = at;
              if (index === 0) void compare();
              if (live && bound < Number.POSITIVE_INFINITY) tell(restored());
            },
            onEnd: ended,
          }),
        ),
      );
      const good = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      if (mine !== round || good.length < opened.length || good.length === 0) {
        for (const ear of good) ear.close();
        if (mine === round) again();
        return;
      }
      ears = good;
      failures = 0;
      options.onListening();
      if (track === undefined) return;
      live = true;
      heardUntil = good.map(() => performance.now());
      tell(restored());
    } catch {
      if (mine === round) again(); // the link says why there is no server
    }
  };

  const again = (): void => {
    stop();
    const delay = Math.min(FIRST_RETRY_MS * 2 ** failures++, LONGEST_RETRY_MS);
    if (!closed) retry = setTimeout(() => void start(), delay).unref();
  };

  return {
    get live() {
      return live;
    },
    listen() {
      if (listening || closed) return;
      listening = true;
      void start();
    },
    restart() {
      if (!listening || closed) return;
      failures = 0;
      stop();
      void start();
    },
    onInvalidate(listener, { maxStaleness = Number.POSITIVE_INFINITY } = {}) {
      const own = (invalidation: Invalidation): void => listener(invalidation);
      listeners.add(own);
      bound = Math.min(bound, maxStaleness);
      own(live ? restored() : { signal: 'lost' });
      return () => listeners.delete(own);
    },
    observes: (key) => observe?.some((prefix) => key.startsWith(prefix)) ?? false,
    close() {
      closed = true;
      stop();
      listeners.clear();
    },
  };
}

function namesOf(servers: readonly Node[]): string {
  return servers
    .map(({ options: { path, host, port } }) => path ?? `${host}:${port}`)
    .sort()
    .join();
}

/** The server refuses prefixes that contain one another: the shorter says it all. */
function withoutOverlap(prefixes: readonly string[]): string[] {
  const unique = [...new Set(prefixes)];
  return unique.filter((one) => !unique.some((other) => other !== one && one.startsWith(other)));
}
