/** Mutations of a valid file's bytes: bits, integers, lengths, and texts that programs have been broken with. */

import type { Random } from '../../src/data/random';

/** Counts and sizes that parsers have been broken with. */
const HOSTILE_INTEGERS: readonly bigint[] = [
  0n,
  1n,
  31n,
  255n,
  65_535n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
];

/** Pieces of text that parsers, tables and pages have been broken with. */
const HOSTILE_TEXTS: readonly string[] = [
  '__proto__',
  'constructor',
  '"__proto__":{"polluted":true},',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  '\u202Eright to left\u202C',
  'zero\u200Bwidth\u200D\uFEFF',
  '\uD800',
  '\0',
  '"',
  '""',
  '\\',
  '\\u0000',
  ',',
  ';',
  '\r\n',
  '\n',
  '[',
  '{"a":',
  ']}',
  'null',
  '-0',
  '1e999',
  '-1',
  '99999999999999999999',
  '0.1',
  'NaN',
  '\u0661\u0662',
  '\u00BD',
  '1/0',
  '((((((((',
  '####',
  '|',
  '<<1+1=2>>',
  '[1+1=2]',
  '%',
  '$1,000.00',
];

/** Most times a stretch is repeated: a file grows, but not beyond what the time limit allows for. */
const MOST_REPEATS = 64;
const LONGEST_STRETCH = 64;
const MOST_MUTATIONS = 4;

type Change = (bytes: Uint8Array, at: number, random: Random) => Uint8Array;

const encoder = new TextEncoder();

function spliced(bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  const end = Math.min(bytes.length, at + removed);
  const result = new Uint8Array(at + added.length + bytes.length - end);
  result.set(bytes.subarray(0, at));
  result.set(added, at);
  result.set(bytes.subarray(end), at + added.length);
  return result;
}

const flipBit: Change = (bytes, at, random) => {
  const changed = bytes.slice();
  changed[at] = (changed[at] ?? 0) ^ (1 << random.integer(0, 7));
  return changed;
};

const setByte: Change = (bytes, at, random) => {
  const changed = bytes.slice();
  changed[at] = random.integer(0, 255);
  return changed;
};

/** Little-endian, as wide as a format's counts and sizes are. */
const setInteger: Change = (bytes, at, random) => {
  const small = random.next() < 0.3;
  const value = small ? BigInt(random.integer(0, 300)) : random.pick(HOSTILE_INTEGERS);
  const integer = new Uint8Array(BigUint64Array.of(value).buffer);
  const width = Math.min(random.pick([2, 4, 8]), bytes.length - at);
  const changed = bytes.slice();
  changed.set(integer.subarray(0, width), at);
  return changed;
};

const remove: Change = (bytes, at, random) =>
  spliced(bytes, at, random.integer(1, LONGEST_STRETCH), new Uint8Array(0));

const truncate: Change = (bytes, at) => bytes.slice(0, at);

const repeat: Change = (bytes, at, random) => {
  const stretch = bytes.subarray(at, at + random.integer(1, LONGEST_STRETCH));
  const repeated = new Uint8Array(stretch.length * random.integer(1, MOST_REPEATS));
  for (let start = 0; start < repeated.length; start += stretch.length) {
    repeated.set(stretch, start);
  }
  return spliced(bytes, at, 0, repeated);
};

const move: Change = (bytes, at, random) => {
  const from = random.integer(0, bytes.length - 1);
  return spliced(bytes, at, 0, bytes.slice(from, from + random.integer(1, LONGEST_STRETCH)));
};

const insertText: Change = (bytes, at, random) =>
  spliced(bytes, at, 0, encoder.encode(random.pick(HOSTILE_TEXTS)));

const replaceByText: Change = (bytes, at, random) =>
  spliced(bytes, at, random.integer(1, 12), encoder.encode(random.pick(HOSTILE_TEXTS)));

const CHANGES: readonly Change[] = [
  flipBit,
  setByte,
  setInteger,
  remove,
  truncate,
  repeat,
  move,
  insertText,
  replaceByText,
];

/**
 * A mutant of a file: one to four changes at places that crowd into its first bytes, where a byte decides most.
 *
 * @param headerBytes how many of the file's first bytes count as header
 */
export function mutate(bytes: Uint8Array, headerBytes: number, random: Random): Uint8Array {
  let mutant = bytes;
  for (let left = random.integer(1, MOST_MUTATIONS); left > 0 && mutant.length > 0; left--) {
    const reach = random.next() < 0.8 ? Math.min(headerBytes, mutant.length) : mutant.length;
    const change = random.pick(CHANGES);
    mutant = change(mutant, random.integer(0, reach - 1), random);
  }
  return mutant;
}
