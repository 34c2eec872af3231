/** Downloaded artefacts: pieces of 16 MB with a record that says whether they are complete. */

import { artefactKey, type Artefact } from '../weights/hub/artefact';
import type { ArtefactStorage, StoredArtefact } from '../weights/hub/artefact-storage';
import { CHUNK_BYTES } from './chunks';
import type { Database } from './database';
import { keysUnder } from './schema';

export class ArtefactStore implements ArtefactStorage {
  readonly pieceBytes: number;
  readonly #database: Database;

  /** @param pieceBytes smaller in tests; everything stored was written with the same size */
  constructor(database: Database, pieceBytes: number = CHUNK_BYTES) {
    this.#database = database;
    this.pieceBytes = pieceBytes;
  }

  async find(key: string): Promise<StoredArtefact | null> {
    return (await this.#database.connection.get('artefacts', key)) ?? null;
  }

  /** Everything stored, complete or not. */
  async list(): Promise<StoredArtefact[]> {
    return this.#database.connection.getAll('artefacts');
  }

  async begin(artefact: Artefact, total: number | null, tag: string | null): Promise<void> {
    const key = artefactKey(artefact);
    const record: StoredArtefact = {
      key,
      artefact,
      state: 'partial',
      bytes: 0,
      total,
      tag,
      sha256: null,
      trust: 'unverified',
      changedAt: Date.now(),
    };
    await this.#database.write(['artefacts', 'artefactPieces'], 'relaxed', async (transaction) => {
      await transaction.objectStore('artefactPieces').delete(keysUnder(key));
      await transaction.objectStore('artefacts').put(record);
    });
  }

  async writePiece(key: string, piece: number, bytes: ArrayBuffer): Promise<void> {
    await this.#database.write(['artefacts', 'artefactPieces'], 'relaxed', async (transaction) => {
      const records = transaction.objectStore('artefacts');
      const record = await records.get(key);
      if (record?.state !== 'partial') {
        throw new Error(
          'Expected a download under way, found that it was deleted. Start it again.',
        );
      }
      await transaction.objectStore('artefactPieces').put({ key, piece, bytes });
      const stored = piece * this.pieceBytes + bytes.byteLength;
      await records.put({ ...record, bytes: stored, changedAt: Date.now() });
    });
  }

  async readPiece(key: string, piece: number): Promise<ArrayBuffer | null> {
    try {
      const record = await this.#database.connection.get('artefactPieces', [key, piece]);
      return record?.bytes ?? null;
    } catch {
      // Chrome reports a value whose file is lost as NotReadableError.
      return null;
    }
  }

  async complete(key: string, sha256: string, trust: StoredArtefact['trust']): Promise<void> {
    await this.#database.write(['artefacts'], 'strict', async (transaction) => {
      const records = transaction.objectStore('artefacts');
      const record = await records.get(key);
      if (record === undefined) {
        throw new Error('Expected a finished download, found that it was deleted. Start it again.');
      }
      const { bytes } = record;
      await records.put({
        ...record,
        state: 'complete',
        total: bytes,
        sha256,
        trust,
        changedAt: Date.now(),
      });
    });
  }

  async delete(key: string): Promise<void> {
    await this.#database.write(['artefacts', 'artefactPieces'], 'relaxed', async (transaction) => {
      await Promise.all([
        transaction.objectStore('artefacts').delete(key),
        transaction.objectStore('artefactPieces').delete(keysUnder(key)),
      ]);
    });
  }
}
