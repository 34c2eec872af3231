/** A downloaded file as a byte source, of which only the pieces being read are in memory. */

import type { ByteSource } from '../weights/byte-source';
import { releaseBytes } from '../weights/release-bytes';
import { artefactName } from '../weights/hub/artefact';
import type { StoredArtefact } from '../weights/hub/artefact-storage';
import type { ArtefactStore } from './artefact-store';

/** @throws Error when the artefact is not complete */
export function artefactSource(store: ArtefactStore, stored: StoredArtefact): ByteSource {
  const { key, state, bytes: byteLength, artefact } = stored;
  const name = artefactName(artefact);
  if (state !== 'complete') {
    throw new Error(`Expected ${name} to be complete, found a part of it. Finish its download.`);
  }
  /** The piece read last: tensors are read in the order of the file, and most end inside a piece. */
  let held: { readonly index: number; readonly bytes: Uint8Array<ArrayBuffer> } | null = null;
  const pieceAt = async (index: number): Promise<Uint8Array> => {
    if (held?.index === index) return held.bytes;
    if (held !== null) releaseBytes(held.bytes);
    held = null;
    const piece = await store.readPiece(key, index);
    if (piece === null) {
      throw new Error('a stored piece is gone or damaged; delete the file and download it again');
    }
    held = { index, bytes: new Uint8Array(piece) };
    return held.bytes;
  };
  return {
    name,
    byteLength,
    async read(offset, length) {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, byteLength - offset)));
      let filled = 0;
      while (filled < bytes.byteLength) {
        const position = offset + filled;
        const index = Math.floor(position / store.pieceBytes);
        const start = position - index * store.pieceBytes;
        const piece = await pieceAt(index);
        const part = piece.subarray(start, start + bytes.byteLength - filled);
        if (part.byteLength === 0) break;
        bytes.set(part, filled);
        filled += part.byteLength;
      }
      return bytes.subarray(0, filled);
    },
  };
}
