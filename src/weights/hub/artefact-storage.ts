/** What a download needs of the place its bytes go to: pieces in order, and nothing usable before it is complete. */

import type { Artefact } from './artefact';

/** What is known of an artefact that is stored, whole or in part. */
export interface StoredArtefact {
  readonly key: string;
  readonly artefact: Artefact;
  readonly state: 'partial' | 'complete';
  /** Bytes stored. */
  readonly bytes: number;
  /** Bytes of the whole file as the server said; null where it did not say. */
  readonly total: number | null;
  /** The server's name for this content of the file; null where it gave none. */
  readonly tag: string | null;
  /** SHA-256 of the complete file in hexadecimal; null until then. */
  readonly sha256: string | null;
  /**
   * `verified` against the manifest's hash; `pinned` by the first download of a listed file without
   * one; `unverified` where the visitor named the file.
   */
  readonly trust: 'verified' | 'pinned' | 'unverified';
  /** Milliseconds since the epoch. */
  readonly changedAt: number;
}

export interface ArtefactStorage {
  /** Bytes of every piece but the last. */
  readonly pieceBytes: number;
  find(key: string): Promise<StoredArtefact | null>;
  /** Throws away what there is and begins anew. */
  begin(artefact: Artefact, total: number | null, tag: string | null): Promise<void>;
  /** Writes one piece and counts its bytes, both or neither; a shorter last piece is replaced. */
  writePiece(key: string, piece: number, bytes: ArrayBuffer): Promise<void>;
  /** One piece; null where it is missing or unreadable. */
  readPiece(key: string, piece: number): Promise<ArrayBuffer | null>;
  /** From now on the artefact can be used. */
  complete(key: string, sha256: string, trust: StoredArtefact['trust']): Promise<void>;
  delete(key: string): Promise<void>;
}
