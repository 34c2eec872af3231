/** What a study does when something goes wrong: damaged checkpoints, a full disk, methods without examples. */

import type { StoreNames } from 'idb';
import { expect, onTestFinished, test } from 'vitest';
import { Database, type WriteTransaction } from '../../../src/storage/database';
import type { WinnowSchema } from '../../../src/storage/schema';
import { Stores } from '../../../src/storage/stores';
import { STAGE_NAMES } from '../../../src/study/snapshot';
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

test('damaged and missing traces are said, made again, and the end is the same', async () => {
  const database = await emptyDatabase(onTestFinished);
  const stores = new Stores(database);
  await createMicroStudy(stores, 'control');
  await runSession(stores, 'control');
  await createMicroStudy(stores, 'damaged');
  await stopInTraining(stores, 'damaged');
  const before = await stores.studies.read('damaged');
  const [trace] = await stores.traces.readMany('damaged', [3]);
  if (trace === undefined) throw new Error('the test expected a trace');
  await database.connection.put('traces', { ...trace, question: `${trace.question} ` });
  await database.connection.delete('traces', ['damaged', 5]);
  await database.connection.delete('traceRows', ['damaged', 7]);
  const { status, log, snapshots } = await runSession(stores, 'damaged');
  const said = log.filter((sentence) => sentence.includes('rationales were damaged'));
  expect(said).toEqual([expect.stringMatching(/^3 of /)]);
  expect(status).toBe('done');
  expect(snapshots.at(-1)?.rationale).toEqual(before?.rationale);
  expect(await studyResults(stores, 'damaged')).toEqual(await studyResults(stores, 'control'));
});

test('a checkpoint that is gone altogether is missed', async () => {
  const database = await emptyDatabase(onTestFinished);
  const stores = new Stores(database);
  await createMicroStudy(stores, 'gone');
  await stopInTraining(stores, 'gone');
  const run = (await stores.runs.ofStudy('gone')).find(({ state }) => state === 'running');
  const newest = (await stores.checkpoints.pointers(run?.runId ?? '')).at(-1);
  await database.connection.delete('checkpoints', [newest?.runId ?? '', newest?.update ?? 0]);
  const { status, log } = await runSession(stores, 'gone');
  expect(log.filter((sentence) => sentence.includes('is missing; the run goes on'))).toHaveLength(
    1,
  );
  expect(status).toBe('done');
});

/** A database that is full from the first write to a store on, until there is room again. */
class FillingDatabase extends Database {
  full: StoreNames<WinnowSchema> | null = null;

  protected override async attempt<Names extends StoreNames<WinnowSchema>[]>(
    names: Names,
    durability: 'strict' | 'relaxed',
    work: (transaction: WriteTransaction<Names>) => Promise<unknown>,
  ): Promise<void> {
    if (this.full !== null && names.includes(this.full)) {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    }
    await super.attempt(names, durability, work);
  }
}

test('a disk that is full for any kind of write pauses the study with a sentence, and nothing is lost', async () => {
  const { connection } = await emptyDatabase(onTestFinished);
  const database = new FillingDatabase(connection);
  const stores = new Stores(database);
  await createMicroStudy(stores, 'control');
  await runSession(stores, 'control');
  await createMicroStudy(stores, 'full');
  for (const store of [
    'problems',
    'traces',
    'runs',
    'checkpoints',
    'evaluations',
    'studies',
  ] as const) {
    database.full = store;
    const { status, snapshots } = await runSession(stores, 'full');
    expect(status, store).toBe('paused');
    expect(snapshots.at(-1)?.message, store).toContain('no room left');
    const stopped = STAGE_NAMES.find((name) => snapshots.at(-1)?.stages[name].state !== 'done');
    expect(stopped, store).toBe(STOPS_IN[store]);
    database.full = null;
  }
  const last = await runSession(stores, 'full');
  expect(last.status).toBe('done');
  expect(await studyResults(stores, 'full')).toEqual(await studyResults(stores, 'control'));
});

/** The stage in which a study first writes to a store, or goes on to after the ones before. */
const STOPS_IN = {
  problems: 'data',
  traces: 'rationale',
  runs: 'train',
  checkpoints: 'train',
  evaluations: 'evaluate',
  studies: 'evaluate',
} as const;

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

test('a lost device stops the study, saved, and leaves it to others to say so', async () => {
  const stores = new Stores(await emptyDatabase(onTestFinished));
  await createMicroStudy(stores, 'lost');
  const session = await runSession(stores, 'lost', { kind: 'lost', after: 9 });
  expect(session.status).toBe('paused');
  expect(session.troubles).toEqual([expect.stringContaining('The GPU went away.')]);
  expect(session.snapshots.map(({ status }) => status)).not.toContain('paused');
  expect((await stores.studies.read('lost'))?.message).toContain('saved up to its last checkpoint');
});

test('a batch that finds no memory is computed in smaller pieces from then on', async () => {
  const stores = new Stores(await emptyDatabase(onTestFinished));
  await createMicroStudy(stores, 'control');
  await runSession(stores, 'control');
  await createMicroStudy(stores, 'small');
  const { status, log, snapshots } = await runSession(stores, 'small', { kind: 'memory', most: 1 });
  expect(status).toBe('done');
  expect(log.filter((sentence) => sentence.includes('did not suffice'))).toHaveLength(2);
  expect(snapshots.at(-1)?.fittingMicroBatch).toBe(1);
  expect(snapshots.at(-1)?.incidents).toHaveLength(2);
  const [control, small] = await Promise.all([
    stores.runs.ofStudy('control'),
    stores.runs.ofStudy('small'),
  ]);
  expect(small.map(({ update }) => update)).toEqual(control.map(({ update }) => update));
  for (const [index, run] of small.entries()) {
    for (const [point, { loss }] of run.training.entries()) {
      expect(loss).toBeCloseTo(control[index]?.training[point]?.loss ?? NaN, 4);
    }
  }
});

test('a device that is full is left, and the next one computes less at a time', async () => {
  const stores = new Stores(await emptyDatabase(onTestFinished));
  await createMicroStudy(stores, 'full');
  const full = { kind: 'full-device', most: 2 } as const;
  const first = await runSession(stores, 'full', full);
  expect(first.status).toBe('paused');
  expect(first.troubles).toHaveLength(1);
  expect((await runSession(stores, 'full', full)).status).toBe('done');
  expect((await stores.studies.read('full'))?.fittingMicroBatch).toBe(2);
});

test('one example too many for the memory stops the study with the error', async () => {
  const stores = new Stores(await emptyDatabase(onTestFinished));
  await createMicroStudy(stores, 'none');
  const { status, snapshots } = await runSession(stores, 'none', { kind: 'memory', most: 0 });
  expect(status).toBe('failed');
  expect(snapshots.at(-1)?.message).toBe('no room');
});

test('an update whose loss is not finite is skipped, counted and named with its batch', async () => {
  const stores = new Stores(await emptyDatabase(onTestFinished));
  await createMicroStudy(stores, 'once');
  const { status, snapshots } = await runSession(stores, 'once', {
    kind: 'not-finite',
    examples: [3],
  });
  expect(status).toBe('done');
  const { runs = [], incidents = [] } = snapshots.at(-1) ?? {};
  for (const { method, skipped } of runs) {
    // Five updates of four see each of twelve examples once or twice, and more often where there are fewer.
    expect(skipped, method).toBeGreaterThanOrEqual(1);
    expect(skipped, method).toBeLessThan(5);
  }
  expect(incidents).toHaveLength(runs.reduce((sum, { skipped = 0 }) => sum + skipped, 0));
  const [trace] = await stores.traces.readMany('once', [3]);
  // This method has an example of every problem.
  const unfiltered = incidents.filter(({ sentence }) => sentence.startsWith('Method cot: update'));
  expect(unfiltered).not.toEqual([]);
  for (const { sentence } of unfiltered) expect(sentence).toContain(trace?.problemId);
});

test('losses that stay without a finite value stop the run at its last good checkpoint', async () => {
  const stores = new Stores(await emptyDatabase(onTestFinished));
  await createMicroStudy(stores, 'lost');
  const all = Array.from({ length: 12 }, (_, index) => index);
  const { status, snapshots } = await runSession(stores, 'lost', {
    kind: 'not-finite',
    examples: all,
  });
  expect(status).toBe('failed');
  expect(snapshots.at(-1)?.message).toMatch(
    /^Method answer: Training: expected a finite loss .* Its batch held the problems (\S+, ){3}\S+\.$/,
  );
  const [run] = await stores.runs.ofStudy('lost');
  const { checkpoint, damage } = await stores.checkpoints.readNewest(run?.runId ?? '');
  expect(damage).toEqual([]);
  expect(checkpoint?.pointer.update).toBeLessThan(5);
});
