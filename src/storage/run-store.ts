/** Runs: their live progress, for display between checkpoints. */

import type { Database } from './database';
import type { RunRecord, StudyRecord } from './schema';

export class RunStore {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  async ofStudy(studyId: string): Promise<RunRecord[]> {
    return this.database.connection.getAllFromIndex('runs', 'by-study', studyId);
  }

  /** Writes runs and the study record that counts them, in one transaction. */
  async commit(runs: readonly RunRecord[], record: StudyRecord): Promise<void> {
    await this.database.write(['runs', 'studies'], 'relaxed', async (transaction) => {
      await Promise.all([
        ...runs.map((run) => transaction.objectStore('runs').put(run)),
        transaction.objectStore('studies').put(record),
      ]);
    });
  }
}
