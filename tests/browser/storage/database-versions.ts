/** The stores of every older version of the database, as its page made them: kept, never changed. */

import { openDB, type IDBPDatabase } from 'idb';

export interface StoreDefinition {
  readonly name: string;
  readonly keyPath: string | string[];
  readonly index?: { readonly name: string; readonly keyPath: string | string[]; unique?: boolean };
}

/** What each version added to the one before. */
const ADDED: Readonly<Record<number, readonly StoreDefinition[]>> = {
  1: [
    { name: 'studies', keyPath: 'studyId' },
    { name: 'files', keyPath: 'studyId' },
    { name: 'problems', keyPath: ['studyId', 'split', 'index'] },
    {
      name: 'traces',
      keyPath: ['studyId', 'index'],
      index: { name: 'by-problem', keyPath: ['studyId', 'problemId'], unique: true },
    },
    { name: 'traceRows', keyPath: ['studyId', 'index'] },
    { name: 'runs', keyPath: 'runId', index: { name: 'by-study', keyPath: 'studyId' } },
    { name: 'evaluations', keyPath: ['studyId', 'subject', 'split', 'batch'] },
    {
      name: 'checkpoints',
      keyPath: ['runId', 'update'],
      index: { name: 'by-study', keyPath: 'studyId' },
    },
    { name: 'chunks', keyPath: ['runId', 'update', 'piece'] },
  ],
  2: [
    { name: 'artefacts', keyPath: 'key' },
    { name: 'artefactPieces', keyPath: ['key', 'piece'] },
  ],
  3: [{ name: 'tiles', keyPath: 'adapter' }],
  // Only what the rows of traces hold changed.
  4: [],
  5: [{ name: 'softTargets', keyPath: ['studyId', 'batch'] }],
};

/** The versions there are databases of. */
export const KEPT_VERSIONS: readonly number[] = Object.keys(ADDED).map(Number);

/** The stores of a database of that version. */
export const storesOf = (version: number): readonly StoreDefinition[] =>
  KEPT_VERSIONS.filter((each) => each <= version).flatMap((each) => ADDED[each] ?? []);

/** An empty database as the page of that version made it. */
export async function openOldDatabase(name: string, version: number): Promise<IDBPDatabase> {
  return openDB(name, version, {
    upgrade(database) {
      for (const { name: store, keyPath, index } of storesOf(version)) {
        const created = database.createObjectStore(store, { keyPath });
        if (index === undefined) continue;
        created.createIndex(index.name, index.keyPath, { unique: index.unique === true });
      }
    },
  });
}
