/** The middle of a sample and the tenth parts at its ends. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function spreadOf(sample: readonly number[]): Spread {
  if (sample.length === 0) throw new Error('a sample: expected at least one value, got none');
  const sorted = [...sample].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.1), high: quantile(sorted, 0.9) };
}

/** Linear between the two neighbours, as R's type 7 (Hyndman and Fan 1996, definition 7). */
function quantile(sorted: readonly number[], q: number): number {
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const low = sorted[below] as number; // 0 <= below < length
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (position - below);
}
