/** The open database: one way to read it, one way to write it, both in whole transactions. */

import { openDB, type IDBPDatabase, type IDBPTransaction, type StoreNames } from 'idb';
import {
  DATABASE_NAME,
  DATABASE_VERSION,
  keysUnder,
  upgradeStores,
  type CheckpointPointer,
  type WinnowSchema,
} from './schema';
import { removeStudy, STUDY_STORES } from './remove-study';
import { writeWithRoom } from './room';

type StoreName = StoreNames<WinnowSchema>;
export type WriteTransaction<Names extends StoreName[]> = IDBPTransaction<
  WinnowSchema,
  Names,
  'readwrite'
>;

export class Database {
  readonly connection: IDBPDatabase<WinnowSchema>;

  constructor(connection: IDBPDatabase<WinnowSchema>) {
    this.connection = connection;
  }

  /**
   * Runs `work` in one transaction over the named stores: all of it is written or nothing.
   * `strict` waits until the operating system says that it is on the disk, which is for checkpoints;
   * `relaxed` survives a crash of the browser, not of the machine.
   *
   * @throws StorageFullError when there is no room, also after deleted studies and old checkpoints were removed.
   */
  async write<Names extends StoreName[]>(
    names: Names,
    durability: 'strict' | 'relaxed',
    work: (transaction: WriteTransaction<Names>) => Promise<unknown>,
  ): Promise<void> {
    await writeWithRoom(
      () => this.attempt(names, durability, work),
      () => this.#makeRoom(),
    );
  }

  /** One try of `write`; tests replace it to make writing fail. */
  protected async attempt<Names extends StoreName[]>(
    names: Names,
    durability: 'strict' | 'relaxed',
    work: (transaction: WriteTransaction<Names>) => Promise<unknown>,
  ): Promise<void> {
    const transaction = this.connection.transaction(names, 'readwrite', { durability });
    const done = transaction.done;
    // The reason a transaction ended is on `done`; a rejected request inside it is only the symptom.
    const ended = done.then(
      () => null,
      (reason: unknown) => ({ reason }),
    );
    try {
      await work(transaction);
    } catch (error) {
      try {
        transaction.abort();
      } catch {
        // Already aborted by the failed request.
      }
      const failure = await ended;
      throw failure?.reason instanceof DOMException && failure.reason.name === 'QuotaExceededError'
        ? failure.reason
        : error;
    }
    const failure = await ended;
    if (failure !== null) throw failure.reason;
  }

  /** A full disk ends the undo of deleted studies; older checkpoints go next. */
  async #makeRoom(): Promise<void> {
    const transaction = this.connection.transaction([...STUDY_STORES], 'readwrite');
    for (const { studyId, hidden } of await transaction.objectStore('studies').getAll()) {
      if (hidden?.why === 'deleted') await removeStudy(transaction, studyId);
    }
    await transaction.done;
    await this.pruneAllCheckpoints();
  }

  /** Deletes every checkpoint but the newest and the best of each run, of all studies. */
  async pruneAllCheckpoints(): Promise<void> {
    const transaction = this.connection.transaction(['checkpoints', 'chunks'], 'readwrite');
    const newest = new Map<string, CheckpointPointer>();
    const all = await transaction.objectStore('checkpoints').getAll();
    for (const pointer of all) newest.set(pointer.runId, pointer);
    const deletions = all
      .filter((pointer) => {
        const last = newest.get(pointer.runId);
        return pointer !== last && pointer.update !== last?.run.bestUpdate;
      })
      .flatMap((pointer) => [
        transaction.objectStore('checkpoints').delete([pointer.runId, pointer.update]),
        transaction.objectStore('chunks').delete(keysUnder(pointer.runId, pointer.update)),
      ]);
    await Promise.all([...deletions, transaction.done]);
  }

  close(): void {
    this.connection.close();
  }
}

/**
 * Opens the database, creating it where there is none.
 *
 * @throws Error with a sentence for people when the browser does not give one (private windows of
 *   some browsers, or another tab that holds an older version open).
 */
export async function openDatabase(name: string = DATABASE_NAME): Promise<Database> {
  let blocked = false;
  try {
    const connection: IDBPDatabase<WinnowSchema> = await openDB<WinnowSchema>(
      name,
      DATABASE_VERSION,
      {
        upgrade: (database, oldVersion, _newVersion, transaction) =>
          void upgradeStores(database, oldVersion, transaction),
        blocked: () => {
          blocked = true;
        },
        // A newer page wants to change the schema: let it.
        blocking: () => connection.close(),
      },
    );
    return new Database(connection);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'VersionError') {
      throw new Error(
        `The studies in this browser were written by a newer version of this page than the one that is open (which knows version ${DATABASE_VERSION} of their database). Nothing was changed. Reload the page, or open the newer one.`,
        { cause: error },
      );
    }
    const found = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Expected the browser to open its database "${name}", found: ${found}. ` +
        (blocked
          ? 'Close the other tabs of this page and load it again.'
          : 'Allow this site to store data (private windows may not) and load the page again.'),
      { cause: error },
    );
  }
}
