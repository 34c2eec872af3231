/** A full disk: old checkpoints go, the write is tried once more, and then it is said clearly. */

import type { StoreNames } from 'idb';
import { expect, onTestFinished, test } from 'vitest';
import { CheckpointStore } from '../../../src/storage/checkpoint-store';
import { Database, type WriteTransaction } from '../../../src/storage/database';
import { StorageFullError } from '../../../src/storage/room';
import type { WinnowSchema } from '../../../src/storage/schema';
import { StudyStore } from '../../../src/storage/study-store';
import { bytesOf, emptyDatabase, runRecord, studyRecord } from './records';

/** A database whose next writes fail as a full disk makes them fail: when the transaction commits. */
class FullDatabase extends Database {
  failures = 0;

  protected override async attempt<Names extends StoreNames<WinnowSchema>[]>(
    names: Names,
    durability: 'strict' | 'relaxed',
    work: (transaction: WriteTransaction<Names>) => Promise<unknown>,
  ): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1;
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    }
    await super.attempt(names, durability, work);
  }
}

async function filledDatabase(): Promise<FullDatabase> {
  const { connection } = await emptyDatabase(onTestFinished);
  const database = new FullDatabase(connection);
  const checkpoints = new CheckpointStore(database);
  for (const update of [10, 20, 30]) {
    await checkpoints.write(runRecord(update, 10), bytesOf(100, update), studyRecord());
  }
  return database;
}

test('one failure prunes to the newest and the best, and the write succeeds', async () => {
  const database = await filledDatabase();
  database.failures = 1;
  await new StudyStore(database).write({ ...studyRecord(), message: 'written' });
  const pointers = await new CheckpointStore(database).pointers('run-1');
  expect(pointers.map(({ update }) => update)).toEqual([10, 30]);
  expect(await database.connection.count('chunks')).toBe(2);
  expect((await new StudyStore(database).read('study-1'))?.message).toBe('written');
});

test('two failures end in a sentence that says what to do', async () => {
  const database = await filledDatabase();
  database.failures = 2;
  const failure = new StudyStore(database).write(studyRecord());
  await expect(failure).rejects.toThrow(StorageFullError);
  await expect(failure).rejects.toThrow('Delete an old study or a downloaded model');
});

test('other errors are passed on as they are, without pruning', async () => {
  const database = await filledDatabase();
  await expect(
    database.write(['studies'], 'relaxed', async (transaction) => {
      await transaction.objectStore('studies').add(studyRecord());
    }),
  ).rejects.toMatchObject({ name: 'ConstraintError' });
  expect(await new CheckpointStore(database).pointers('run-1')).toHaveLength(3);
});
