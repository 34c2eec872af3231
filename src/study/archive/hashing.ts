/** Counting and hashing bytes while they pass. */

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

export interface Passed {
  readonly bytes: number;
  /** SHA-256 in hexadecimal. */
  readonly sha256: string;
}

/** Passes pieces on; `end` hears of the whole once all of them have passed. */
export async function* hashPassing<Piece extends Uint8Array>(
  pieces: AsyncIterable<Piece>,
  end: (passed: Passed) => void,
): AsyncGenerator<Piece> {
  const hash = sha256.create();
  let bytes = 0;
  for await (const piece of pieces) {
    hash.update(piece);
    bytes += piece.length;
    yield piece;
  }
  end({ bytes, sha256: bytesToHex(hash.digest()) });
}

/** The hash of what passes, when nobody needs the bytes themselves. */
export async function hashOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = sha256.create();
  for await (const piece of pieces) hash.update(piece);
  return bytesToHex(hash.digest());
}
