/** Evaluation records: one per batch of answered problems. */

import type { SplitName } from '../data/problem';
import type { Database } from './database';
import { keysUnder, type EvaluationBatch, type StudyRecord } from './schema';

export class EvaluationStore {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** Writes a batch and the study record that counts it, in one transaction. */
  async commit(batch: EvaluationBatch, record: StudyRecord): Promise<void> {
    await this.database.write(['evaluations', 'studies'], 'relaxed', async (transaction) => {
      await Promise.all([
        transaction.objectStore('evaluations').put(batch),
        transaction.objectStore('studies').put(record),
      ]);
    });
  }

  /** The batches of one subject on one split that are written, in order. */
  async read(studyId: string, subject: string, split: SplitName): Promise<EvaluationBatch[]> {
    return this.database.connection.getAll('evaluations', keysUnder(studyId, subject, split));
  }
}
