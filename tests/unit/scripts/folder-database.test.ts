/** The database of a folder: what was saved is there again in a new process, and nothing that was deleted. */

import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FolderDatabase } from '../../../scripts/study/folder-database';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-folder-database-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** As a new process does it: nothing in memory. */
async function openAnew(): Promise<FolderDatabase> {
  globalThis.indexedDB = new IDBFactory();
  return FolderDatabase.open(folder);
}

const problem = (index: number) => ({
  studyId: 'study',
  split: 'train' as const,
  index,
  problem: {
    id: `own-${index}`,
    source: 'own' as const,
    question: 'How many?',
    goldRationale: '#### 1',
    goldAnswer: '1',
    difficulty: 1,
  },
});

const chunk = (piece: number) => ({
  runId: 'study-cot-1',
  update: 2,
  piece,
  bytes: Float32Array.from([piece, 0.1]).buffer,
});

test('a strict write brings everything written before it to the disk', async () => {
  const database = await openAnew();
  await database.write(['problems'], 'relaxed', (transaction) =>
    transaction.objectStore('problems').put(problem(0)),
  );
  expect(await readdir(folder)).toEqual(['artefactPieces', 'chunks', 'softTargets']);
  await database.write(['chunks'], 'strict', async (transaction) => {
    await transaction.objectStore('chunks').put(chunk(0));
    await transaction.objectStore('chunks').put(chunk(1));
  });
  database.close();
  const again = await openAnew();
  expect(await again.connection.getAll('problems')).toEqual([problem(0)]);
  expect(await again.connection.getAll('chunks')).toEqual([chunk(0), chunk(1)]);
  again.close();
});

test('what was deleted stays deleted, in the records and in the files of chunks', async () => {
  const database = await openAnew();
  await database.write(['chunks', 'problems'], 'strict', async (transaction) => {
    await transaction.objectStore('chunks').put(chunk(0));
    await transaction.objectStore('problems').put(problem(0));
    await transaction.objectStore('problems').put(problem(1));
  });
  database.close();
  const second = await openAnew();
  await second.write(['chunks', 'problems'], 'strict', async (transaction) => {
    await transaction.objectStore('chunks').delete(['study-cot-1', 2, 0]);
    await transaction.objectStore('problems').delete(['study', 'train', 0]);
  });
  second.close();
  expect(await readdir(join(folder, 'chunks'))).toEqual([]);
  const third = await openAnew();
  expect(await third.connection.getAll('chunks')).toEqual([]);
  expect(await third.connection.getAll('problems')).toEqual([problem(1)]);
  third.close();
});

test('a failed write is neither in memory nor on the disk', async () => {
  const database = await openAnew();
  const failing = database.write(['problems'], 'strict', async (transaction) => {
    await transaction.objectStore('problems').put(problem(0));
    throw new Error('no more');
  });
  await expect(failing).rejects.toThrow('no more');
  await database.save();
  database.close();
  const again = await openAnew();
  expect(await again.connection.getAll('problems')).toEqual([]);
  again.close();
});

test('a folder of a version before stores were only added is refused, and so is a newer one', async () => {
  const database = await openAnew();
  await database.write(['problems'], 'strict', (transaction) =>
    transaction.objectStore('problems').put(problem(0)),
  );
  database.close();
  const saved: unknown = deserialize(await readFile(join(folder, 'records')));
  const saveAs = (version: number): Promise<void> =>
    writeFile(join(folder, 'records'), serialize(Object.assign({}, saved, { version })));
  for (const version of [3, 99]) {
    await saveAs(version);
    await expect(openAnew()).rejects.toThrow(`found version ${version}. Choose another folder`);
  }
  await saveAs(4);
  const again = await openAnew();
  expect(await again.connection.getAll('problems')).toEqual([problem(0)]);
  again.close();
});
