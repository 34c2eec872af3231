/** Databases that older versions of the page left open as they are, and nothing in them is lost. */

import { deleteDB, openDB } from 'idb';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../src/storage/database';
import { Stores } from '../../../src/storage/stores';
import { bytesOf, runRecord, STUDY_ID, studyRecord, trace } from './records';

/** The stores of version 1 as they were made then. */
const VERSION_1: readonly [string, string | string[], ([string, string | string[]] | null)?][] = [
  ['studies', 'studyId'],
  ['files', 'studyId'],
  ['problems', ['studyId', 'split', 'index']],
  ['traces', ['studyId', 'index'], ['by-problem', ['studyId', 'problemId']]],
  ['traceRows', ['studyId', 'index']],
  ['runs', 'runId', ['by-study', 'studyId']],
  ['evaluations', ['studyId', 'subject', 'split', 'batch']],
  ['checkpoints', ['runId', 'update'], ['by-study', 'studyId']],
  ['chunks', ['runId', 'update', 'piece']],
];

test('a database of version 1 keeps its studies and gains the store of downloads', async () => {
  const name = `upgrade-${crypto.randomUUID()}`;
  const old = await openDB(name, 1, {
    upgrade(database) {
      for (const [store, keyPath, index] of VERSION_1) {
        const created = database.createObjectStore(store, { keyPath });
        if (index) created.createIndex(index[0], index[1]);
      }
    },
  });
  const { models: _, ...configuration } = studyRecord().configuration;
  await old.put('studies', { ...studyRecord(), configuration });
  await old.put('traces', trace(0));
  await old.put('chunks', {
    runId: 'run-1',
    update: 1,
    piece: 0,
    bytes: bytesOf(9, 1).buffer,
  });
  old.close();

  const database = await openDatabase(name);
  onTestFinished(async () => {
    database.close();
    await deleteDB(name);
  });
  const stores = new Stores(database);
  expect(await stores.studies.read(STUDY_ID)).toEqual(studyRecord());
  expect(await stores.traces.read(STUDY_ID, 'problem-0')).toEqual(trace(0));
  expect(await database.connection.count('chunks')).toBe(1);
  expect(await stores.artefacts.list()).toEqual([]);
  expect(await stores.tiles.read('an adapter')).toBeNull();
  await stores.runs.commit([runRecord(1)], studyRecord());
});
