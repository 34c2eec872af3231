/** Studies: creating, reading, listing, renaming, hiding and deleting them. */

import type { StudySnapshot } from '../study/snapshot';
import type { StudyListing } from '../worker/protocol';
import type { ProblemFile } from '../data/file-layout';
import type { Database } from './database';
import { removeStudy, STUDY_STORES } from './remove-study';
import type { StudyRecord } from './schema';
import { measureStudies } from './study-sizes';

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

  /** A study with its runs, as the page shows it; null where it is hidden too. */
  async readSnapshot(studyId: string): Promise<StudySnapshot | null> {
    const transaction = this.database.connection.transaction(['studies', 'runs']);
    const [record, runs] = await Promise.all([
      transaction.objectStore('studies').get(studyId),
      transaction.objectStore('runs').index('by-study').getAll(studyId),
    ]);
    return record === undefined || record.hidden !== undefined ? null : { ...record, runs };
  }

  /** All studies but those on their way in, the newest first; deleted ones say when they were. */
  async list(): Promise<StudyListing[]> {
    const records = await this.database.connection.getAll('studies');
    return records
      .filter(({ hidden }) => hidden?.why !== 'arriving')
      .map((record) => ({
        studyId: record.studyId,
        name: record.name,
        createdAt: record.createdAt,
        status: record.status,
        preset: record.configuration.preset,
        ...(record.hidden === undefined ? {} : { deletedAt: record.hidden.since }),
      }))
      .sort((first, second) => second.createdAt - first.createdAt);
  }

  /** About how many bytes each study takes, hidden ones left out. */
  async sizes(): Promise<Readonly<Record<string, number>>> {
    return measureStudies(this.database);
  }

  /**
   * Gives a stored study another name.
   *
   * @throws Error when it is not there any more
   */
  async rename(studyId: string, name: string): Promise<void> {
    await this.#change(studyId, (record) => ({ ...record, name }));
  }

  /** Marks a study as deleted; it and everything of it stays until `removeHidden`. */
  async hide(studyId: string, since: number): Promise<void> {
    await this.#change(studyId, (record) => ({ ...record, hidden: { why: 'deleted', since } }));
  }

  /** Takes the mark away again. */
  async restore(studyId: string): Promise<void> {
    await this.#change(studyId, ({ hidden: _hidden, ...record }) => record);
  }

  /** Removes the hidden studies whose mark is older than `before`, with everything that belongs to them. */
  async removeHidden(before: number): Promise<void> {
    for (const { studyId, hidden } of await this.database.connection.getAll('studies')) {
      if (hidden === undefined || hidden.since >= before) continue;
      await this.database.write([...STUDY_STORES], 'relaxed', async (transaction) => {
        // Whoever undid it in the meantime keeps it.
        const record = await transaction.objectStore('studies').get(studyId);
        if (record?.hidden !== undefined && record.hidden.since < before) {
          await removeStudy(transaction, studyId);
        }
      });
    }
  }

  /** Removes a study and everything that belongs to it. */
  async delete(studyId: string): Promise<void> {
    await this.database.write([...STUDY_STORES], 'relaxed', (transaction) =>
      removeStudy(transaction, studyId),
    );
  }

  async #change(studyId: string, change: (record: StudyRecord) => StudyRecord): Promise<void> {
    await this.database.write(['studies'], 'relaxed', async (transaction) => {
      const store = transaction.objectStore('studies');
      const record = await store.get(studyId);
      if (record === undefined) throw new Error('This study is not in this browser any more.');
      await store.put(change(record));
    });
  }
}
