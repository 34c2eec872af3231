/** The problems of a study, by split, in their order. */

import { SPLIT_NAMES, type Problem, type ProblemSplits, type SplitName } from '../data/problem';
import type { Database } from './database';
import { keysUnder, type StudyRecord } from './schema';

export class ProblemStore {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** Replaces the study's problems, writes its record with them, and forgets the files they came from. */
  async commit(splits: ProblemSplits, record: StudyRecord): Promise<void> {
    const { studyId } = record;
    await this.database.write(['problems', 'studies', 'files'], 'relaxed', async (transaction) => {
      const problems = transaction.objectStore('problems');
      await problems.delete(keysUnder(studyId));
      await Promise.all([
        ...SPLIT_NAMES.flatMap((split) =>
          splits[split].map((problem, index) => problems.put({ studyId, split, index, problem })),
        ),
        transaction.objectStore('studies').put(record),
        transaction.objectStore('files').delete(studyId),
      ]);
    });
  }

  /** All problems of a split, in order. */
  async read(studyId: string, split: SplitName): Promise<readonly Problem[]> {
    const records = await this.database.connection.getAll('problems', keysUnder(studyId, split));
    return records.map((record) => record.problem);
  }
}
