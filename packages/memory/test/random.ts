/** Numbers that look random and can be had again from `seed`: mulberry32. */
export function random(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** A seed of today, printed so that a failure can be repeated with `CACHE_TEST_SEED`. */
export function seedFor(test: string): number {
  const given = process.env.CACHE_TEST_SEED;
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
  console.log(`${test}: seed ${seed}`);
  return seed;
}

/** How many operations: a share in `npm test`, all of them in the long run. */
export const long: boolean = process.env.CACHE_TEST_LONG === '1';
