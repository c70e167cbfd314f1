/** Reads an encoded key back. That it can be done for every value is what "injective" means. */
export function decodeKey(text: string): unknown[] {
  const reader = new Reader(text);
  const values = reader.members('');
  reader.end();
  return values;
}

const words: Readonly<Record<string, unknown>> = {
  undefined,
  null: null,
  true: true,
  false: false,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** What stands for an object that said itself what it is. */
export class Keyed {
  readonly kind: string;
  readonly content: unknown;

  constructor(kind: string, content: unknown) {
    this.kind = kind;
    this.content = content;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  end(): void {
    if (this.#at !== this.#text.length) throw new Error(`left over: ${this.#text.slice(this.#at)}`);
  }

  #take(pattern: RegExp): string | undefined {
    const sticky = new RegExp(pattern.source, 'yu');
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #expect(pattern: RegExp): string {
    const found = this.#take(pattern);
    if (found === undefined) throw new Error(`expected ${pattern} at ${this.#text.slice(this.#at)}`);
    return found;
  }

  members(close: string): unknown[] {
    const members: unknown[] = [];
    if (this.#text.startsWith(close, this.#at) && (close !== '' || this.#at === this.#text.length)) return members;
    do members.push(this.#value());
    while (this.#take(/,/) !== undefined);
    return members;
  }

  #string(): string {
    return JSON.parse(this.#expect(/"(?:[^"\\]|\\.)*"/));
  }

  #bytes(): Uint8Array {
    const bytes = Buffer.from(this.#expect(/[0-9a-f]*/), 'hex');
    this.#expect(/\)/);
    return new Uint8Array(bytes);
  }

  #pairs(key: () => unknown): [unknown, unknown][] {
    const pairs: [unknown, unknown][] = [];
    if (this.#take(/\}/) !== undefined) return pairs;
    do {
      const name = key();
      this.#expect(/:/);
      pairs.push([name, this.#value()]);
    } while (this.#take(/,/) !== undefined);
    this.#expect(/\}/);
    return pairs;
  }

  #list(close: string): unknown[] {
    const members = this.members(close);
    if (!this.#text.startsWith(close, this.#at)) throw new Error(`expected ${close}`);
    this.#at += close.length;
    return members;
  }

  #value(): unknown {
    if (this.#text[this.#at] === '"') return this.#string();
    const bigint = this.#take(/-?\d+n/);
    if (bigint !== undefined) return BigInt(bigint.slice(0, -1));
    const word = this.#take(/undefined|null|true|false|NaN|-?Infinity/);
    if (word !== undefined) return words[word];
    const number = this.#take(/-?\d[\d.e+-]*/);
    if (number !== undefined) return Number(number);
    if (this.#take(/\[/)) return this.#list(']');
    if (this.#take(/\{/)) return Object.fromEntries(this.#pairs(() => this.#string()));
    if (this.#take(/Map\{/)) return new Map(this.#pairs(() => this.#value()));
    if (this.#take(/Set\{/)) return new Set(this.#list('}'));
    if (this.#take(/@\(/)) return new Keyed('@', this.#list(')')[0]);
    if (this.#take(/new /)) {
      const kind = this.#string();
      this.#expect(/\(/);
      return new Keyed(kind, this.#list(')')[0]);
    }
    if (this.#take(/bytes\(/)) return this.#bytes();
    if (this.#take(/ArrayBuffer\(/)) return this.#bytes().buffer;
    if (this.#take(/Float64Array\(/)) return new Float64Array(this.#bytes().buffer);
    if (this.#take(/Uint16Array\(/)) return new Uint16Array(this.#bytes().buffer);
    if (this.#take(/URL\(/)) return new URL(String(this.#list(')')[0]));
    if (this.#take(/Date\(/)) {
      const ms = this.#list(')')[0] as number;
      return Number.isNaN(ms) ? new Keyed('Date', ms) : new Date(ms);
    }
    this.#expect(/RegExp\(/);
    const [source, flags, lastIndex] = this.#list(')') as [string, string, number];
    return Object.assign(new RegExp(source, flags), { lastIndex });
  }
}
