/** Studies: creating, reading, listing and deleting them. */

import type { StudySnapshot } from '../study/snapshot';
import type { StudyListing } from '../worker/protocol';
import type { ProblemFile } from '../data/file-layout';
import type { Database } from './database';
import { keysUnder, type StudyRecord } from './schema';

export class StudyStore {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** Writes a new study, with the files it is to read if it has any. */
  async create(record: StudyRecord, files: readonly ProblemFile[]): Promise<void> {
    await this.database.write(['studies', 'files'], 'relaxed', async (transaction) => {
      await transaction.objectStore('studies').add(record);
      if (files.length > 0) {
        await transaction.objectStore('files').add({ studyId: record.studyId, files });
      }
    });
  }

  async read(studyId: string): Promise<StudyRecord | null> {
    return (await this.database.connection.get('studies', studyId)) ?? null;
  }

  async write(record: StudyRecord): Promise<void> {
    await this.database.write(['studies'], 'relaxed', (transaction) =>
      transaction.objectStore('studies').put(record),
    );
  }

  /** The files a study was started with; empty once its data stage is over. */
  async readFiles(studyId: string): Promise<readonly ProblemFile[]> {
    return (await this.database.connection.get('files', studyId))?.files ?? [];
  }

  /** A study with its runs, as the page shows it. */
  async readSnapshot(studyId: string): Promise<StudySnapshot | null> {
    const transaction = this.database.connection.transaction(['studies', 'runs']);
    const [record, runs] = await Promise.all([
      transaction.objectStore('studies').get(studyId),
      transaction.objectStore('runs').index('by-study').getAll(studyId),
    ]);
    return record === undefined ? null : { ...record, runs };
  }

  /** All studies, the newest first. */
  async list(): Promise<StudyListing[]> {
    const records = await this.database.connection.getAll('studies');
    return records
      .map((record) => ({
        studyId: record.studyId,
        name: record.name,
        createdAt: record.createdAt,
        status: record.status,
        preset: record.configuration.preset,
      }))
      .sort((first, second) => second.createdAt - first.createdAt);
  }

  /** Deletes a study and everything that belongs to it. */
  async delete(studyId: string): Promise<void> {
    await this.database.write(
      [
        'studies',
        'files',
        'problems',
        'traces',
        'traceRows',
        'runs',
        'evaluations',
        'checkpoints',
        'chunks',
        'softTargets',
      ],
      'relaxed',
      async (transaction) => {
        const runIds = await transaction.objectStore('runs').index('by-study').getAllKeys(studyId);
        const pointers = await transaction
          .objectStore('checkpoints')
          .index('by-study')
          .getAllKeys(studyId);
        const range = keysUnder(studyId);
        await Promise.all([
          transaction.objectStore('studies').delete(studyId),
          transaction.objectStore('files').delete(studyId),
          transaction.objectStore('problems').delete(range),
          transaction.objectStore('traces').delete(range),
          transaction.objectStore('traceRows').delete(range),
          transaction.objectStore('evaluations').delete(range),
          transaction.objectStore('softTargets').delete(range),
          ...runIds.map((runId) => transaction.objectStore('runs').delete(runId)),
          ...pointers.flatMap(([runId, update]) => [
            transaction.objectStore('checkpoints').delete([runId, update]),
            transaction.objectStore('chunks').delete(keysUnder(runId, update)),
          ]),
        ]);
      },
    );
  }
}
