/** Databases that older versions of the page left open as they are, and nothing in them is lost; newer ones are left alone. */

import { deleteDB, openDB } from 'idb';
import { expect, onTestFinished, test } from 'vitest';
import { CheckpointStore } from '../../../src/storage/checkpoint-store';
import { cutIntoChunks, sha256 } from '../../../src/storage/chunks';
import { openDatabase } from '../../../src/storage/database';
import { DATABASE_VERSION } from '../../../src/storage/schema';
import { Stores } from '../../../src/storage/stores';
import { traceRowRecord } from '../../../src/storage/trace-row';
import { KEPT_VERSIONS, openOldDatabase } from './database-versions';
import { bytesOf, runRecord, STUDY_ID, studyRecord, trace } from './records';

test('a database of every older version is kept', () => {
  const older = Array.from({ length: DATABASE_VERSION - 1 }, (_, index) => index + 1);
  expect(KEPT_VERSIONS).toEqual(expect.arrayContaining(older));
});

test.each(KEPT_VERSIONS)('a database of version %i keeps all it holds', async (version) => {
  const name = `upgrade-${crypto.randomUUID()}`;
  const old = await openOldDatabase(name, version);
  const { models, ...configuration } = studyRecord().configuration;
  // The first version had no choice of models.
  const stored = version === 1 ? configuration : { ...configuration, models };
  await old.put('studies', { ...studyRecord(), configuration: stored });
  await old.put('traces', trace(0));
  const row = { ...traceRowRecord(trace(0)), ...(version >= 3 ? { digest: 'ab' } : {}) };
  await old.put('traceRows', version < 4 ? { ...row, searchText: 'only the question' } : row);
  await old.put('runs', runRecord(1));
  const bytes = bytesOf(9, 1);
  const [piece] = cutIntoChunks(bytes);
  const { runId, studyId, update } = runRecord(1);
  await old.put('chunks', { runId, update, piece: 0, bytes: piece });
  const digest = await sha256(bytes);
  const pointer = { studyId, runId, update, bytes: 9, chunks: 1, run: runRecord(1), createdAt: 1 };
  await old.put('checkpoints', { ...pointer, sha256: digest });
  if (version >= 3) await old.put('tiles', { adapter: 'a', tiles: { b: 'c' }, measuredAt: 1 });
  old.close();

  const database = await openDatabase(name);
  onTestFinished(async () => {
    database.close();
    await deleteDB(name);
  });
  const stores = new Stores(database);
  expect(await stores.studies.readSnapshot(STUDY_ID)).toEqual({
    ...studyRecord(),
    runs: [runRecord(1)],
  });
  expect(await stores.traces.read(STUDY_ID, 'problem-0')).toEqual(trace(0));
  // The list of then was searched by less.
  expect(await stores.traces.rows(STUDY_ID)).toEqual([row]);
  const { checkpoint } = await new CheckpointStore(database).readNewest(runId);
  expect(checkpoint?.bytes).toEqual(bytes);
  expect(await stores.artefacts.list()).toEqual([]);
  expect(await stores.tiles.read('a')).toEqual(version >= 3 ? { b: 'c' } : null);
  await stores.runs.commit([runRecord(2)], studyRecord());
  expect(await stores.softTargets.written(STUDY_ID)).toEqual(new Set());
});

test('a database of a newer version is refused with what to do, and left as it is', async () => {
  const name = `upgrade-${crypto.randomUUID()}`;
  const newer = await openDB(name, DATABASE_VERSION + 1, {
    upgrade: (database) => void database.createObjectStore('studies', { keyPath: 'studyId' }),
  });
  await newer.put('studies', studyRecord());
  newer.close();
  await expect(openDatabase(name)).rejects.toThrow(/newer version of this page.*Reload the page/);
  const again = await openDB(name);
  expect(await again.get('studies', STUDY_ID)).toEqual(studyRecord());
  again.close();
  await deleteDB(name);
});
