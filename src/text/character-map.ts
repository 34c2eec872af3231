/** SentencePiece's precompiled character map: exact text normalisation by a table of byte sequences. */

/**
 * Largest character map in bytes. SentencePiece's own largest, `nmt_nfkc_cf`, is under 300 KB; the
 * cap keeps a hostile file from asking for gigabytes.
 */
export const MAXIMUM_CHARACTER_MAP_BYTES = 4 * 1024 * 1024;

const BYTES_PER_UNIT = 4;

/**
 * Reads a `precompiled_charsmap` (base64 of: a 32-bit little-endian byte length, a double-array trie
 * of 32-bit little-endian units in darts-clone's layout, then zero-terminated UTF-8 replacements) and
 * returns the function that replaces, at every position, the longest byte sequence the trie knows.
 *
 * The tokenizers library approximates this table by the JavaScript engine's own NFKC. The engine
 * knows newer Unicode versions and composes longer sequences than the table, so results differ on
 * rare characters, and between browsers; the table makes them the same everywhere.
 *
 * Source: sentencepiece `src/normalizer.cc` (DecodePrecompiledCharsMap, NormalizePrefix) and
 * darts-clone `include/darts.h` (DoubleArrayUnit, commonPrefixSearch).
 *
 * @throws Error naming the rule when the bytes do not have that layout.
 */
export function readCharacterMap(base64: string): (text: string) => string {
  const bytes = decodeBase64(base64);
  if (bytes.length < BYTES_PER_UNIT) {
    throw layoutError(`at least ${BYTES_PER_UNIT} bytes`, `${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const trieBytes = view.getUint32(0, true);
  const end = BYTES_PER_UNIT + trieBytes;
  if (trieBytes === 0 || trieBytes % BYTES_PER_UNIT !== 0 || end >= bytes.length) {
    throw layoutError(
      `a trie length that is a positive multiple of ${BYTES_PER_UNIT} and leaves room for the replacements in ${bytes.length} bytes`,
      `${trieBytes}`,
    );
  }
  if (bytes[bytes.length - 1] !== 0) throw layoutError('a zero byte at the end', 'another byte');
  const units = new Uint32Array(trieBytes / BYTES_PER_UNIT);
  for (let index = 0; index < units.length; index++) {
    units[index] = view.getUint32(BYTES_PER_UNIT * (index + 1), true);
  }
  const replacements = bytes.subarray(end);
  return (text) => applyCharacterMap(text, units, replacements);
}

function applyCharacterMap(text: string, units: Uint32Array, replacements: Uint8Array): string {
  // A lone surrogate has no UTF-8 form; it becomes U+FFFD first, as in every UTF-8 reader.
  const source = new TextEncoder().encode(text.toWellFormed());
  const result: number[] = [];
  let position = 0;
  while (position < source.length) {
    const match = longestMatch(source, position, units);
    if (match === null) {
      const length = codePointBytes(source[position] ?? 0);
      for (let offset = 0; offset < length; offset++) result.push(source[position + offset] ?? 0);
      position += length;
      continue;
    }
    for (let at = match.replacement; at < replacements.length; at++) {
      const byte = replacements[at] ?? 0;
      if (byte === 0) break;
      result.push(byte);
    }
    position += match.length;
  }
  return new TextDecoder().decode(Uint8Array.from(result));
}

/** The longest key of the trie at `position`, as its length in bytes and the offset of its replacement. */
function longestMatch(
  source: Uint8Array,
  position: number,
  units: Uint32Array,
): { length: number; replacement: number } | null {
  let match: { length: number; replacement: number } | null = null;
  let node = childOffset(units[0] ?? 0);
  for (let at = position; at < source.length; at++) {
    const byte = source[at] ?? 0;
    node = (node ^ byte) >>> 0;
    const unit = units[node];
    // An offset outside the trie, which only a damaged file has, ends the search like a mismatch.
    if (unit === undefined || (unit & 0x8000_00ff) >>> 0 !== byte) break;
    node = (node ^ childOffset(unit)) >>> 0;
    if (((unit >>> 8) & 1) === 1) {
      match = { length: at - position + 1, replacement: (units[node] ?? 0) & 0x7fff_ffff };
    }
  }
  return match;
}

function childOffset(unit: number): number {
  return ((unit >>> 10) << ((unit & 0x200) >>> 6)) >>> 0;
}

/** Length in bytes of the UTF-8 sequence a byte begins. */
function codePointBytes(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

function decodeBase64(base64: string): Uint8Array {
  if (base64.length > (MAXIMUM_CHARACTER_MAP_BYTES * 4) / 3) {
    throw layoutError(
      `at most ${MAXIMUM_CHARACTER_MAP_BYTES} bytes`,
      `${base64.length} base64 characters`,
    );
  }
  let binary: string;
  try {
    binary = atob(base64);
  } catch {
    throw layoutError('base64', 'other characters');
  }
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function layoutError(expected: string, found: string): Error {
  return new Error(
    `The tokenizer's precompiled character map needs ${expected}, found ${found}. Take tokenizer.json from the model's own repository.`,
  );
}
