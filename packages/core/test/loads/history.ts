/** One operation of a history, in logical time: `called < returned`; `returned` is infinite when its outcome is unknown. */
export interface Call {
  readonly process: number;
  readonly kind: 'getOrSet' | 'get' | 'set' | 'delete' | 'clear' | 'tags' | 'many';
  readonly keys: readonly string[];
  readonly tags: readonly string[];
  readonly called: number;
  returned: number;
  /** Values returned, by key. */
  readonly answers: Map<string, number>;
  /** The value written. */
  readonly wrote?: number;
  /** It asked for a value loaded after the call. */
  readonly refresh?: boolean;
}

/** One run of a loader. */
export interface Load {
  readonly process: number;
  readonly key: string;
  readonly tags: readonly string[];
  readonly value: number;
  readonly began: number;
  /** When the call began that led to it: the right to load may be that old, and lost meanwhile without this process knowing. */
  readonly since: number;
  ended: number;
  failed: boolean;
}

/** What happened, and what may not have. Values are unique numbers, so that each is known by its origin. */
export class History {
  readonly calls: Call[] = [];
  readonly loads: Load[] = [];
  #time = 0;
  #value = 0;

  tick(): number {
    return ++this.#time;
  }

  freshValue(): number {
    return ++this.#value;
  }

  begin(call: Omit<Call, 'called' | 'returned' | 'answers'>): Call {
    const begun: Call = { ...call, called: this.tick(), returned: Number.POSITIVE_INFINITY, answers: new Map() };
    this.calls.push(begun);
    return begun;
  }

  /** Until when the value was certainly in the making: a load may have read its source at once, a write may land until it is acknowledged. */
  #born(value: number): { readonly at: number; readonly key: string; readonly tags: readonly string[] } {
    const load = this.loads.find((one) => one.value === value);
    if (load !== undefined) return { at: load.began, key: load.key, tags: load.tags };
    const write = this.calls.find((one) => one.wrote === value);
    if (write === undefined) throw new Error(`value ${value} was made by nobody`);
    return { at: write.returned, key: write.keys[0] as string, tags: write.tags };
  }

  /** The change that forbids `value` from being seen by who looks from `since` on. */
  #killer(value: number, since: number): Call | undefined {
    const born = this.#born(value);
    return this.calls.find((change) => {
      if (change.wrote === value || !(change.called > born.at && change.returned < since)) return false;
      if (change.kind === 'clear') return true;
      if (change.kind === 'tags') return change.tags.some((tag) => born.tags.includes(tag));
      return (change.kind === 'set' || change.kind === 'delete') && change.keys.includes(born.key);
    });
  }

  /**
   * The set that a load has overwritten: it found nothing, so it was before the set, and its value must have given way.
   * Only where nothing else can have removed what was set.
   */
  #overwritten(value: number, since: number): Call | undefined {
    const load = this.loads.find((one) => one.value === value);
    if (load === undefined) return undefined;
    return this.calls.find(
      (write) =>
        write.kind === 'set' &&
        write.keys.includes(load.key) &&
        write.called <= load.began &&
        write.returned > load.since &&
        write.returned < since &&
        !this.calls.some((other) => removes(other, load.key) && other.returned > write.called && other.called < since),
    );
  }

  /** What is wrong with this history, in words; empty when nothing is. `calm`: nothing failed, expired or was refreshed. */
  violations(stored: ReadonlyMap<string, number>, calm: boolean): string[] {
    const found: string[] = [];
    for (const call of this.calls) {
      for (const [key, value] of call.answers) {
        const killer = this.#killer(value, call.called);
        const load = this.loads.find((one) => one.value === value);
        if (call.refresh === true && load !== undefined && load.began < call.called)
          found.push(`a refresh at ${call.called} returned ${value}, loaded from ${load.began} on`);
        if (killer !== undefined)
          found.push(
            `${call.kind} at ${call.called} returned ${value} of ${key}, ended by ${killer.kind} at ${killer.called}`,
          );
      }
    }
    for (const [key, value] of stored) {
      const killer = this.#killer(value, Number.POSITIVE_INFINITY);
      if (killer !== undefined)
        found.push(`${value} is stored under ${key}, ended by ${killer.kind} at ${killer.called}`);
    }
    if (calm) {
      found.push(...this.#doubleLoads());
      for (const [key, value] of stored) {
        const lost = this.#overwritten(value, Number.POSITIVE_INFINITY);
        if (lost !== undefined) found.push(`${value} of ${key} was stored over what the set at ${lost.called} wrote`);
      }
    }
    return found;
  }

  /** Loads of one key that ran at once with no change of the key to excuse the second. */
  #doubleLoads(): string[] {
    const found: string[] = [];
    for (const first of this.loads) {
      for (const second of this.loads) {
        if (first === second || first.key !== second.key || !(first.began < second.began && second.began < first.ended))
          continue;
        const excuse = this.calls.some(
          (change) =>
            (change.kind === 'clear' ||
              change.kind === 'tags' ||
              ((change.kind === 'set' || change.kind === 'delete') && change.keys.includes(first.key))) &&
            change.called < second.began &&
            change.returned > Math.min(first.since, second.since),
        );
        if (!excuse) found.push(`loads of ${first.key} at ${first.began} and ${second.began} ran at once`);
      }
    }
    return found;
  }
}

function removes(call: Call, key: string): boolean {
  return call.kind === 'clear' || call.kind === 'tags' || (call.kind === 'delete' && call.keys.includes(key));
}
