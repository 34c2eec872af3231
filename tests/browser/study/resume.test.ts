/** A study that is stopped again and again, in every stage, leaves exactly what an unstopped one leaves. */

import { expect, onTestFinished, test } from 'vitest';
import { Stores } from '../../../src/storage/stores';
import { STAGE_NAMES } from '../../../src/study/snapshot';
import { emptyDatabase } from '../storage/records';
import { createMicroStudy, runSession, studyResults } from './micro-study';

/** More sessions than any of these studies needs. */
const MOST_SESSIONS = 40;

async function openStores(): Promise<Stores> {
  return new Stores(await emptyDatabase(onTestFinished));
}

async function runInSessions(
  stores: Stores,
  studyId: string,
  kind: 'pause' | 'crash' | 'lost',
  /** Calls of the models in each session; the last number is for all that follow. */
  limits: readonly number[],
): Promise<{ sessions: number; stoppedIn: Set<string> }> {
  await createMicroStudy(stores, studyId);
  const stoppedIn = new Set<string>();
  for (let sessions = 1; sessions <= MOST_SESSIONS; sessions++) {
    const { status } = await runSession(stores, studyId, {
      kind,
      after: limits[sessions - 1] ?? limits.at(-1) ?? 0,
    });
    if (status === 'done') return { sessions, stoppedIn };
    expect(status).toBe(kind === 'crash' ? 'failed' : 'paused');
    const record = await stores.studies.read(studyId);
    const stopped = STAGE_NAMES.find((name) => record?.stages[name].state !== 'done');
    if (stopped !== undefined) stoppedIn.add(stopped);
  }
  throw new Error(`the study was not done after ${MOST_SESSIONS} sessions`);
}

test('a micro study runs to its report', async () => {
  const stores = await openStores();
  await createMicroStudy(stores, 'control');
  const { status, snapshots, log } = await runSession(stores, 'control');
  expect(log.filter((sentence) => sentence.includes('left out'))).toHaveLength(1);
  expect(status).toBe('done');
  const last = snapshots.at(-1);
  expect(last?.status).toBe('done');
  for (const name of STAGE_NAMES) expect(last?.stages[name].state, name).toBe('done');
  expect(last?.data).toMatchObject({ train: 12, validation: 4, test: 5 });
  expect(last?.data?.dropped).toEqual({});
  expect(Object.values(last?.data?.difficulties?.test ?? {})).not.toEqual([]);
  expect(last?.rationale?.problems).toBe(12);
  expect(last?.rationale?.samples).toBeGreaterThan(12);
  expect(last?.feedback?.problems).toBe(12);
  expect(last?.feedback?.rejected).toBeGreaterThan(0);
  expect(last?.feedback?.byProvenance['hinted']).toBeGreaterThan(0);
  expect(last?.runs.map(({ method }) => method)).toEqual(['answer', 'cot', 'feedback']);
  for (const run of last?.runs ?? []) {
    expect(run.validation.map(({ update }) => update)).toEqual([2, 4, 5]);
    expect(run.training).toHaveLength(5);
    expect(run.validation.map(({ update }) => update)).toContain(run.bestUpdate);
  }
  const report = last?.report;
  expect(report?.methods).toHaveLength(3);
  expect(report?.comparisons).toHaveLength(3);
  expect(report?.methods[0]?.splits.test.problems).toBe(5);
  expect(report?.methods[0]?.splits.train.problems).toBe(3);
  expect(report?.teacher.trials).toBe(5);
  expect(report?.studentBefore.trials).toBe(5);
});

test('paused after every few calls of the models, it leaves the same', async () => {
  const stores = await openStores();
  await createMicroStudy(stores, 'control');
  await runSession(stores, 'control');
  const { sessions, stoppedIn } = await runInSessions(stores, 'paused', 'pause', [2, 2, 5]);
  expect(sessions).toBeGreaterThan(5);
  for (const name of ['rationale', 'feedback', 'train', 'evaluate']) {
    expect([...stoppedIn]).toContain(name);
  }
  expect(await studyResults(stores, 'paused')).toEqual(await studyResults(stores, 'control'));
});

test('killed after every few calls of the models, it leaves the same', async () => {
  const stores = await openStores();
  await createMicroStudy(stores, 'control');
  await runSession(stores, 'control');
  const { sessions } = await runInSessions(stores, 'killed', 'crash', [3, 2, 7]);
  expect(sessions).toBeGreaterThan(5);
  expect(await studyResults(stores, 'killed')).toEqual(await studyResults(stores, 'control'));
});

test('with a device that is lost after every few calls of the models, it leaves the same', async () => {
  const stores = await openStores();
  await createMicroStudy(stores, 'control');
  await runSession(stores, 'control');
  const { sessions, stoppedIn } = await runInSessions(stores, 'lost', 'lost', [2, 3, 7]);
  expect(sessions).toBeGreaterThan(4);
  for (const name of ['rationale', 'feedback', 'train', 'evaluate']) {
    expect([...stoppedIn]).toContain(name);
  }
  expect(await studyResults(stores, 'lost')).toEqual(await studyResults(stores, 'control'));
  const incidents = (await stores.studies.read('lost'))?.incidents ?? [];
  expect(incidents).toHaveLength(sessions - 1);
});
