/** Cutting a large value into pieces, putting them together again, and naming the whole by its hash. */

/**
 * Bytes of one piece. Large enough that twenty make a checkpoint of flan-t5-small's parameters,
 * small enough that the browser never copies more than this at once.
 */
export const CHUNK_BYTES = 16 * 1024 * 1024;

/** Cuts bytes into pieces of `size`, the last one shorter; no bytes make no pieces. */
export function cutIntoChunks(bytes: Uint8Array, size: number = CHUNK_BYTES): ArrayBuffer[] {
  const pieces: ArrayBuffer[] = [];
  for (let start = 0; start < bytes.length; start += size) {
    pieces.push(bytes.slice(start, start + size).buffer);
  }
  return pieces;
}

/** Puts pieces together again; null when their sizes do not add up to `total`. */
export function joinChunks(pieces: readonly ArrayBuffer[], total: number): Uint8Array | null {
  const length = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  if (length !== total) return null;
  const bytes = new Uint8Array(total);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(new Uint8Array(piece), offset);
    offset += piece.byteLength;
  }
  return bytes;
}

/** SHA-256 in lower-case hexadecimal. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
