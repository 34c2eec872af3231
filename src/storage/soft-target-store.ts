/** What the teacher said of the training targets, batch by batch, for as long as students train on it. */

import type { Database } from './database';
import { keysUnder, type SoftTargetRecord, type StudyRecord } from './schema';

export class SoftTargetStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Writes a batch and the study record that counts it, in one transaction. */
  async commit(batch: SoftTargetRecord, record: StudyRecord): Promise<void> {
    await this.#database.write(['softTargets', 'studies'], 'relaxed', async (transaction) => {
      await Promise.all([
        transaction.objectStore('softTargets').put(batch),
        transaction.objectStore('studies').put(record),
      ]);
    });
  }

  /** The numbers of the batches that are written. */
  async written(studyId: string): Promise<Set<number>> {
    const keys = await this.#database.connection.getAllKeys('softTargets', keysUnder(studyId));
    return new Set(keys.map(([, batch]) => batch));
  }

  async read(studyId: string, batch: number): Promise<SoftTargetRecord | null> {
    return (await this.#database.connection.get('softTargets', [studyId, batch])) ?? null;
  }

  /** Frees their space: nobody reads them once all students are trained. */
  async clear(studyId: string): Promise<void> {
    await this.#database.write(['softTargets'], 'relaxed', (transaction) =>
      transaction.objectStore('softTargets').delete(keysUnder(studyId)),
    );
  }
}
