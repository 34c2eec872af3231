/** What a study does when something goes wrong: damaged checkpoints, a full disk, methods without examples. */

import type { StoreNames } from 'idb';
import { expect, onTestFinished, test } from 'vitest';
import { Database, type WriteTransaction } from '../../../src/storage/database';
import type { WinnowSchema } from '../../../src/storage/schema';
import { Stores } from '../../../src/storage/stores';
import { emptyDatabase } from '../storage/records';
import { createMicroStudy, MICRO_STUDY, runSession, studyResults } from './micro-study';

/** The fifteenth call of a micro study is in the training of its first method, after a checkpoint. */
async function stopInTraining(stores: Stores, studyId: string): Promise<void> {
  for (let sessions = 0; sessions < 10; sessions++) {
    await runSession(stores, studyId, { kind: 'pause', after: 5 });
    const snapshot = await stores.studies.readSnapshot(studyId);
    const run = snapshot?.runs.find(({ state }) => state === 'running');
    if (run !== undefined && run.update > 2) return;
  }
  throw new Error('the test expected to stop in the middle of a run');
}

test('a damaged checkpoint is said, the one before it is used, and the end is the same', async () => {
  const database = await emptyDatabase(onTestFinished);
  const stores = new Stores(database);
  await createMicroStudy(stores, 'control');
  await runSession(stores, 'control');
  await createMicroStudy(stores, 'damaged');
  await stopInTraining(stores, 'damaged');
  const run = (await stores.runs.ofStudy('damaged')).find(({ state }) => state === 'running');
  const newest = (await stores.checkpoints.pointers(run?.runId ?? '')).at(-1);
  expect(newest).toBeDefined();
  await database.connection.delete('chunks', [newest?.runId ?? '', newest?.update ?? 0, 0]);
  const { status, log } = await runSession(stores, 'damaged');
  expect(log.some((sentence) => sentence.includes('is damaged'))).toBe(true);
  expect(status).toBe('done');
  expect(await studyResults(stores, 'damaged')).toEqual(await studyResults(stores, 'control'));
});

/** A database that is full from some write on, until there is room again. */
class FillingDatabase extends Database {
  writesLeft = Infinity;

  protected override async attempt<Names extends StoreNames<WinnowSchema>[]>(
    names: Names,
    durability: 'strict' | 'relaxed',
    work: (transaction: WriteTransaction<Names>) => Promise<unknown>,
  ): Promise<void> {
    this.writesLeft -= 1;
    if (this.writesLeft < 0) {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    }
    await super.attempt(names, durability, work);
  }
}

test('a full disk pauses the study with a sentence, and it goes on when there is room', async () => {
  const { connection } = await emptyDatabase(onTestFinished);
  const database = new FillingDatabase(connection);
  const stores = new Stores(database);
  await createMicroStudy(stores, 'control');
  await runSession(stores, 'control');
  await createMicroStudy(stores, 'full');
  database.writesLeft = 12;
  const { status, snapshots, log } = await runSession(stores, 'full');
  expect(status).toBe('paused');
  expect(snapshots.at(-1)?.message).toContain('no room left');
  expect(log.at(-1)).toContain('could not be stored');
  database.writesLeft = Infinity;
  expect((await runSession(stores, 'full')).status).toBe('done');
  expect(await studyResults(stores, 'full')).toEqual(await studyResults(stores, 'control'));
});

test('a method without examples keeps its student untrained, and the report says so', async () => {
  const stores = new Stores(await emptyDatabase(onTestFinished));
  await createMicroStudy(stores, 'empty', {
    ...MICRO_STUDY,
    // No target is this short.
    training: { ...MICRO_STUDY.training, maximumTargetTokens: 4 },
  });
  const { status, snapshots, log } = await runSession(stores, 'empty');
  expect(status).toBe('done');
  const report = snapshots.at(-1)?.report;
  const cot = report?.methods.find(({ method }) => method === 'cot');
  expect(cot?.examples).toBe(0);
  expect(cot?.cost.updates).toBe(0);
  expect(cot?.splits.test.problems).toBe(5);
  expect(log).toContain('Method cot has no examples: its student stays untrained.');
  const run = (await stores.runs.ofStudy('empty')).find(({ method }) => method === 'cot');
  expect(run?.leftOut).toEqual({ 'the target has more than 4 tokens': 12 });
});

test('a profile that the device cannot take is said, and the study runs without one', async () => {
  const stores = new Stores(await emptyDatabase(onTestFinished));
  await createMicroStudy(stores, 'control');
  await runSession(stores, 'control');
  await createMicroStudy(stores, 'profiled', { ...MICRO_STUDY, profileKernels: true });
  const { status, snapshots, log } = await runSession(stores, 'profiled');
  expect(status).toBe('done');
  expect(log.filter((sentence) => sentence.includes('offers no timestamps'))).toHaveLength(1);
  expect(snapshots.at(-1)?.kernels).toBeUndefined();
  expect(await studyResults(stores, 'profiled')).toEqual(await studyResults(stores, 'control'));
});
