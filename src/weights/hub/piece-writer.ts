/** Writes a stream of bytes to a storage in pieces of one size, and computes the SHA-256 of the whole on the way. */

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { artefactKey, type Artefact } from './artefact';
import type { ArtefactStorage } from './artefact-storage';
import { DownloadError } from './download-error';
import { looksLikeWebPage } from './hub-answer';

export class PieceWriter {
  readonly #artefact: Artefact;
  readonly #storage: ArtefactStorage;
  readonly #hash = sha256.create();
  /** The piece that is being filled; what does not fit waits in the next one. */
  readonly #piece: Uint8Array<ArrayBuffer>;
  #filled = 0;
  #pieces = 0;

  constructor(artefact: Artefact, storage: ArtefactStorage) {
    this.#artefact = artefact;
    this.#storage = storage;
    this.#piece = new Uint8Array(storage.pieceBytes);
  }

  /** Goes on after `stored` bytes, which are read once more for the hash; null where they are not all there. */
  static async open(
    artefact: Artefact,
    storage: ArtefactStorage,
    stored: number,
  ): Promise<PieceWriter | null> {
    const writer = new PieceWriter(artefact, storage);
    while (writer.bytes < stored) {
      const piece = await storage.readPiece(artefactKey(artefact), writer.#pieces);
      const expected = Math.min(storage.pieceBytes, stored - writer.bytes);
      if (piece?.byteLength !== expected) return null;
      writer.#hash.update(new Uint8Array(piece));
      if (expected === storage.pieceBytes) writer.#pieces += 1;
      else {
        writer.#piece.set(new Uint8Array(piece));
        writer.#filled = expected;
      }
    }
    return writer;
  }

  get bytes(): number {
    return this.#pieces * this.#piece.byteLength + this.#filled;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.bytes === 0 && looksLikeWebPage(bytes)) {
      throw new DownloadError(this.#artefact, 'web-page');
    }
    this.#hash.update(bytes);
    let rest = bytes;
    while (rest.byteLength > 0) {
      const taken = rest.subarray(0, this.#piece.byteLength - this.#filled);
      this.#piece.set(taken, this.#filled);
      this.#filled += taken.byteLength;
      rest = rest.subarray(taken.byteLength);
      if (this.#filled < this.#piece.byteLength) break;
      await this.flush();
      this.#pieces += 1;
      this.#filled = 0;
    }
  }

  /** Stores the piece that is not full, so that a pause loses nothing. */
  async flush(): Promise<void> {
    if (this.#filled === 0) return;
    // Storing copies the bytes; a full piece needs no copy of its own before.
    const full = this.#filled === this.#piece.byteLength;
    const bytes = full ? this.#piece.buffer : this.#piece.slice(0, this.#filled).buffer;
    await this.#storage.writePiece(artefactKey(this.#artefact), this.#pieces, bytes);
  }

  hash(): string {
    return bytesToHex(this.#hash.digest());
  }
}
