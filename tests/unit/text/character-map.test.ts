/** SentencePiece's character map: a hand-made one, and damaged ones. */

import { describe, expect, test } from 'vitest';
import { readCharacterMap } from '../../../src/text/character-map';

/** A map of `a` to `xy`, in darts-clone's layout: root offset 1, so the unit of `a` (97) is 1 ^ 97 = 96. */
function smallMap(
  damage: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (bytes) => bytes,
): string {
  const units = new Uint32Array(128);
  units[0] = 1 << 10;
  units[96] = (2 << 10) | (1 << 8) | 97;
  units[98] = 0x8000_0000;
  const bytes = new Uint8Array(4 + 4 * units.length + 3);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 4 * units.length, true);
  units.forEach((unit, index) => view.setUint32(4 + 4 * index, unit, true));
  bytes.set([120, 121, 0], 4 + 4 * units.length);
  return btoa(String.fromCharCode(...damage(bytes)));
}

describe('readCharacterMap', () => {
  test('replaces what it knows and copies the rest', () => {
    const map = readCharacterMap(smallMap());
    expect(map('banana')).toBe('bxynxynxy');
    expect(map('\u00e9a\u{1f642}\u4e00')).toBe('\u00e9xy\u{1f642}\u4e00');
    expect(map('')).toBe('');
    expect(map('\ud800')).toBe('\ufffd');
  });

  test.each<[string, string, RegExp]>([
    ['no base64', '*', /needs base64/],
    ['nothing', '', /at least 4 bytes/],
    ['too large', 'A'.repeat(6_000_000), /at most 4194304 bytes/],
    [
      'a trie longer than the file',
      smallMap((bytes) => {
        bytes[2] = 255;
        return bytes;
      }),
      /a trie length/,
    ],
    ['a trie length of no whole units', smallMap((bytes) => bytes.fill(5, 0, 1)), /a trie length/],
    ['no end', smallMap((bytes) => bytes.subarray(0, -1)), /a zero byte at the end/],
  ])('%s is refused', (_name, base64, message) => {
    expect(() => readCharacterMap(base64)).toThrow(message);
  });

  test('random bytes in the trie give some text, and end', () => {
    const map = readCharacterMap(
      smallMap((bytes) => {
        for (let index = 4; index < 516; index++) bytes[index] = (index * 2_654_435_761) >>> 24;
        return bytes;
      }),
    );
    expect(typeof map('banana \u00e9 '.repeat(1000))).toBe('string');
  });
});
