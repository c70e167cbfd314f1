/** mulberry32: the same numbers in [0, 1) for the same seed, in every run. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Ranks from 0 below `count`, with probability proportional to (rank + 1)^-skew. */
export function zipf(count: number, skew: number, random: () => number): () => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += (i + 1) ** -skew;
    sums[i] = sum;
  }
  return () => {
    const wanted = random() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** `length` Zipf draws among `count` keys, the popular ones anywhere among them. */
export function zipfKeys(length: number, count: number, skew: number, seed: number): Uint32Array {
  const random = randomFrom(seed);
  const draw = zipf(count, skew, random);
  const names = new Uint32Array(count).map((_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const name = names[i] as number;
    names[i] = names[j] as number;
    names[j] = name;
  }
  return new Uint32Array(length).map(() => names[draw()] as number);
}
