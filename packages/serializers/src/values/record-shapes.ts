/**
 * The shapes of objects, as a trie of their keys in order: what two objects of one shape have in common is met again by
 * comparing each key with the one that came here last, which for names that stand in a program is a comparison of pointers.
 */
export interface Shape {
  /** How many keys lead here. */
  readonly size: number;
  /** The record that stands for it in the entry {@link Shape.entry}. */
  id: number;
  entry: number;
  /** The key that was followed from here first, and where it leads; the others. */
  key: string | undefined;
  next: Shape | undefined;
  more: Map<string, Shape> | undefined;
}

/** How many characters of keys are kept, each with what a shape costs besides; dictionaries, whose keys are data, make new ones without end. */
const MOST = 1_000_000;
const BESIDES = 100;

let kept = 0;
let root = shape(0);

/** Begins an entry: shapes are forgotten between two, since within one their ids are known. */
export function beginShapes(): void {
  if (kept <= MOST) return;
  kept = 0;
  root = shape(0);
}

/** The shape of an object without keys, from which the others are followed. */
export function emptyShape(): Shape {
  return root;
}

/** Where `key` leads from `from`, when it is not the key that was met there first. @param fits whether a new key can be written */
export function followed(from: Shape, key: string, fits: (key: string) => boolean): Shape | undefined {
  const known = from.key === key ? from.next : from.more?.get(key);
  if (known !== undefined) return known;
  if (!fits(key)) return undefined;
  const next = shape(from.size + 1);
  kept += BESIDES + key.length;
  if (from.key === undefined) {
    from.key = key;
    from.next = next;
  } else {
    from.more ??= new Map();
    from.more.set(key, next);
  }
  return next;
}

function shape(size: number): Shape {
  return { size, id: 0, entry: 0, key: undefined, next: undefined, more: undefined };
}
