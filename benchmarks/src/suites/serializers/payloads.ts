/** The four payloads: what caches hold most, from a repeatable source of random numbers. */

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = seeded(7);
const below = (limit: number): number => Math.floor(random() * limit);
const hex = (length: number): string => Array.from({ length }, () => below(16).toString(16)).join('');
const words =
  'the of and a to in he have it that for they with as not on she at by this we you do but from or which one would all will there say who make when can more if no man out other so what time up go about than into could state only new year some take come these know see use get like then first any work now may such give over think most even find day also after way many must look before great back through long where much should well people down own just'.split(
    ' ',
  );

/** Words as often as in a language: the first ones most. */
function text(length: number): string {
  let written = '';
  while (written.length < length) {
    written += words[Math.floor(random() * random() * words.length)];
    written += random() < 0.08 ? ', "' : random() < 0.05 ? '.\n' : ' ';
  }
  return written;
}

/** About 200 bytes of JSON. */
export const object = {
  id: 123_456,
  uuid: `${hex(8)}-${hex(4)}-${hex(4)}-${hex(12)}`,
  email: 'user123456@example.com',
  name: 'Jane Q. Doe',
  active: true,
  score: 87.25,
  roles: ['admin', 'editor'],
  createdAt: 1_700_000_123_456,
};

/** A list of 100 rows, 21 kB. */
export const rows = Array.from({ length: 100 }, (_, id) => ({
  id,
  sku: `SKU-${hex(8)}`,
  title: text(40),
  price: below(100_000) / 100,
  stock: below(500),
  tags: [words[id % words.length], words[(id * 7) % words.length]],
  vendor: { id: below(50), name: `Vendor ${id % 9}` },
  updatedAt: '2026-01-01T00:00:00.000Z',
}));

/** 100 kB of text. */
export const article = { id: 1, title: 'On things', body: text(98_000), tags: ['a', 'b'] };

/** Half integers, half fractions. */
export const numbers: readonly number[] = Array.from({ length: 10_000 }, (_, i) =>
  i % 2 === 0 ? random() * 1000 : below(1_000_000),
);
