/** The name among `known` that is nearest to `name`, when one is within two edits (a swap of neighbours is one) of it. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = 3;
  const wanted = plain(name);
  for (const candidate of known) {
    const edits = distance(wanted, plain(candidate), least);
    if (edits < least) {
      best = candidate;
      least = edits;
    }
  }
  return best;
}

/** What a message adds when there is a nearest name, and most of it is the same. */
export function didYouMean(name: string, known: Iterable<string>, show: (name: string) => string = quoted): string {
  const found = nearest(name, known);
  const alike = found !== undefined && distance(plain(name), plain(found), 3) * 2 <= found.length;
  return !alike ? '' : `; did you mean ${show(found)}?`;
}

/** `max-size`, `max_size` and `maxSize` differ in spelling alone. */
export function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

function quoted(name: string): string {
  return JSON.stringify(name);
}

// Optimal string alignment distance (Damerau 1964, in the form of Wagner and Fischer 1974 with adjacent swaps), `bound`
// when it is at least that.
function distance(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) >= bound) return bound;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min(at(previous, j) + 1, at(row, j - 1) + 1, at(previous, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        edits = Math.min(edits, at(before, j - 2) + 1);
      row.push(edits);
    }
    before = previous;
    previous = row;
  }
  return Math.min(at(previous, b.length), bound);
}

function at(row: readonly number[], index: number): number {
  return row[index] as number; // each row has one more than b
}
