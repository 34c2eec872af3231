/** The project's random numbers: seeded, saveable, and the same in every JavaScript engine. */

const UINT32 = 0x1_0000_0000;

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** The output function of splitmix32: a bijection of 32-bit integers with good avalanche. */
function mix32(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/**
 * A 32-bit seed made from any parts (names, indices, other seeds): FNV-1a over their characters with
 * a mark of type and end for each part, so that `('1', 2)`, `(1, '2')` and `('12')` all differ,
 * followed by splitmix32's output function.
 * Source: http://www.isthe.com/chongo/tech/comp/fnv/ (FNV-1a, 32 bits).
 */
export function hashSeed(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  const absorb = (byte: number): void => {
    hash = Math.imul(hash ^ (byte & 0xff), 0x01000193);
  };
  for (const part of parts) {
    absorb(typeof part === 'number' ? 1 : 2);
    for (const character of String(part)) {
      const codePoint = character.codePointAt(0) ?? 0;
      absorb(codePoint);
      absorb(codePoint >>> 8);
      absorb(codePoint >>> 16);
    }
    absorb(0xff);
    absorb(0xff);
    absorb(0xff);
  }
  return mix32(hash);
}

/**
 * xoshiro128** 1.1, seeded by splitmix32.
 * Sources: https://prng.di.unimi.it/xoshiro128starstar.c (Blackman and Vigna, public domain);
 * splitmix32 is the 32-bit form of https://prng.di.unimi.it/splitmix64.c with the mixing constants
 * of https://github.com/skeeto/hash-prospector (`0x21f0aaad`, `0x735a2d97`).
 */
export class Random {
  private words: [number, number, number, number];

  /** @param seed any finite number; its integer part modulo 2^32 is used. */
  constructor(seed: number) {
    if (!Number.isFinite(seed)) {
      throw new Error(`A random seed must be a finite number, found ${seed}: give an integer.`);
    }
    let counter = seed >>> 0;
    const nextWord = (): number => {
      counter = (counter + 0x9e3779b9) >>> 0;
      return mix32(counter);
    };
    // Four different inputs of a bijection: at most one word can be zero, so the state is legal.
    this.words = [nextWord(), nextWord(), nextWord(), nextWord()];
  }

  /** The generator as it was when `state()` was read. */
  static fromState(state: readonly number[]): Random {
    const [a, b, c, d] = state;
    if (
      state.length !== 4 ||
      a === undefined ||
      b === undefined ||
      c === undefined ||
      d === undefined ||
      !state.every((word) => Number.isInteger(word) && word >= 0 && word < UINT32) ||
      !state.some((word) => word !== 0)
    ) {
      throw new Error(
        `A random state is four unsigned 32-bit integers, not all zero; found [${state.join(', ')}]. ` +
          'Pass what state() returned.',
      );
    }
    const random = new Random(0);
    random.words = [a, b, c, d];
    return random;
  }

  /** Four unsigned 32-bit integers from which `fromState` goes on exactly here. */
  state(): number[] {
    return [...this.words];
  }

  /** The next 32 random bits as an unsigned integer. */
  bits(): number {
    const words = this.words;
    const result = Math.imul(rotateLeft(Math.imul(words[1], 5), 7), 9) >>> 0;
    const shifted = words[1] << 9;
    words[2] = (words[2] ^ words[0]) >>> 0;
    words[3] = (words[3] ^ words[1]) >>> 0;
    words[1] = (words[1] ^ words[2]) >>> 0;
    words[0] = (words[0] ^ words[3]) >>> 0;
    words[2] = (words[2] ^ shifted) >>> 0;
    words[3] = rotateLeft(words[3], 11) >>> 0;
    return result;
  }

  /** A multiple of 2^-32 in [0, 1). */
  next(): number {
    return this.bits() / UINT32;
  }

  /** An integer from `minimum` to `maximum`, both included, without modulo bias. */
  integer(minimum: number, maximum: number): number {
    const span = maximum - minimum + 1;
    if (
      !Number.isSafeInteger(minimum) ||
      !Number.isSafeInteger(maximum) ||
      span < 1 ||
      span > UINT32
    ) {
      throw new Error(
        `A random integer needs integer bounds, minimum <= maximum, at most 2^32 apart; ` +
          `found ${minimum} and ${maximum}.`,
      );
    }
    // Draws beyond the last whole multiple of the span would favour small results: draw again.
    const limit = UINT32 - (UINT32 % span);
    let drawn = this.bits();
    while (drawn >= limit) drawn = this.bits();
    return minimum + (drawn % span);
  }

  /** One element of a list that is not empty. */
  pick<Element>(list: readonly Element[]): Element {
    if (list.length === 0) {
      throw new Error('Cannot pick from an empty list: check its length first.');
    }
    // The index is below the length, so the element is there even where its type allows undefined.
    return list[this.integer(0, list.length - 1)]!;
  }

  /** Shuffles the list in place (Fisher and Yates, Durstenfeld's form) and returns it. */
  shuffle<Element>(list: Element[]): Element[] {
    for (let last = list.length - 1; last > 0; last--) {
      const other = this.integer(0, last);
      const kept = list[last]!;
      list[last] = list[other]!;
      list[other] = kept;
    }
    return list;
  }
}
