/**
 * What hit ratios are compared with: simulations over traces of numbers, without values or time.
 */

/** Hits of exact LRU, which lru-cache, quick-lru's cousins and most others are. */
export function lruHits(trace: Uint32Array, capacity: number, from = 0): number {
  const held = new Map<number, true>();
  let hits = 0;
  for (const [i, id] of trace.entries()) {
    if (held.delete(id)) {
      if (i >= from) hits++;
    } else if (held.size >= capacity) {
      for (const oldest of held.keys()) {
        held.delete(oldest);
        break;
      }
    }
    held.set(id, true);
  }
  return hits;
}

/** Hits of the optimum that may refuse a newcomer (Belady 1966): keep what is used again soonest. */
export function optimumHits(trace: Uint32Array, capacity: number, from = 0): number {
  const never = trace.length;
  const nextUse = new Uint32Array(trace.length);
  const seen = new Map<number, number>();
  for (let i = trace.length - 1; i >= 0; i--) {
    const id = trace[i] as number;
    nextUse[i] = seen.get(id) ?? never;
    seen.set(id, i);
  }
  const held = new Map<number, number>();
  const farthest = new Heap();
  let hits = 0;
  for (let i = 0; i < trace.length; i++) {
    const id = trace[i] as number;
    if (held.has(id) && i >= from) hits++;
    held.set(id, nextUse[i] as number);
    farthest.push((nextUse[i] as number) * 2 ** 22 + id);
    while (held.size > capacity) {
      const top = farthest.pop();
      const topId = top % 2 ** 22;
      if (held.get(topId) === Math.floor(top / 2 ** 22)) held.delete(topId);
    }
  }
  return hits;
}

/** Numbers, the largest first. */
class Heap {
  readonly #numbers: number[] = [];

  push(number: number): void {
    const numbers = this.#numbers;
    let at = numbers.length;
    numbers.push(number);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((numbers[parent] as number) >= number) break;
      numbers[at] = numbers[parent] as number;
      at = parent;
    }
    numbers[at] = number;
  }

  pop(): number {
    const numbers = this.#numbers;
    const top = numbers[0] as number; // never asked when empty
    const last = numbers.pop() as number;
    if (numbers.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= numbers.length) break;
      if (child + 1 < numbers.length && (numbers[child + 1] as number) > (numbers[child] as number)) child++;
      if ((numbers[child] as number) <= last) break;
      numbers[at] = numbers[child] as number;
      at = child;
    }
    numbers[at] = last;
    return top;
  }
}
