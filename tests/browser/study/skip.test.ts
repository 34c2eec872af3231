/** A method that is left out of a running study: its training stops saved, the others are compared, and it can come back. */

import { expect, onTestFinished, test } from 'vitest';
import { Stores } from '../../../src/storage/stores';
import { emptyDatabase } from '../storage/records';
import { createMicroStudy, runSession, studyResults } from './micro-study';

async function openStores(): Promise<Stores> {
  return new Stores(await emptyDatabase(onTestFinished));
}

/** The number of the call of the models that is the `nth` step of training. */
function stepCall(calls: readonly string[], nth: number): number {
  return calls.flatMap((name, index) => (name === 'step' ? [index + 1] : []))[nth - 1] ?? 0;
}

test('is left out of evaluation and report, which say so, also after a pause', async () => {
  const stores = await openStores();
  await createMicroStudy(stores, 'control');
  const { calls } = await runSession(stores, 'control');
  await createMicroStudy(stores, 'skipped');
  // Five steps a method: the third of `cot`.
  const third = stepCall(calls, 8);
  const { status, log, snapshots } = await runSession(stores, 'skipped', {
    kind: 'skip',
    at: { [third]: { method: 'cot', skips: true } },
  });
  expect(status).toBe('done');
  expect(log).toContain('Method cot is left out from now on; what it trained so far is kept.');
  const last = snapshots.at(-1);
  expect(last?.skipped).toEqual(['cot']);
  expect(last?.stages.train).toMatchObject({ state: 'done', done: 10, total: 10 });
  expect(last?.report?.methods.map(({ method }) => method)).toEqual(['answer', 'feedback']);
  expect(last?.report?.skipped).toEqual([{ method: 'cot', updates: 3, totalUpdates: 5 }]);
  expect(last?.report?.comparisons).toHaveLength(1);
  expect(await stores.evaluations.read('skipped', 'skipped-cot-5', 'test')).toEqual([]);
  const { checkpoint } = await stores.checkpoints.readNewest('skipped-cot-5');
  expect(checkpoint?.pointer.update).toBe(3);
  // What is compared is what it would have been.
  const [control, skipped] = [
    await studyResults(stores, 'control'),
    await studyResults(stores, 'skipped'),
  ];
  const others = (runs: unknown) =>
    Array.isArray(runs) ? runs.filter((_run, index) => index !== 1) : runs;
  expect(others(skipped['runs'])).toEqual(others(control['runs']));
});

test('stays left out in the next session, and taken in again it ends as if nothing had been', async () => {
  const stores = await openStores();
  await createMicroStudy(stores, 'control');
  const { calls } = await runSession(stores, 'control');
  await createMicroStudy(stores, 'again');
  const second = stepCall(calls, 2);
  await runSession(stores, 'again', {
    kind: 'skip',
    at: { [second]: { method: 'answer', skips: true } },
    pauseAfter: second + 4,
  });
  const paused = await stores.studies.readSnapshot('again');
  expect(paused).toMatchObject({ status: 'paused', skipped: ['answer'] });
  expect(paused?.runs.map(({ update }) => update)).toEqual([2, 2, 0]);
  const { status } = await runSession(stores, 'again', {
    kind: 'skip',
    at: { 3: { method: 'answer', skips: false } },
  });
  expect(status).toBe('done');
  expect(await studyResults(stores, 'again')).toEqual(await studyResults(stores, 'control'));
});

test('is refused where it is the last one', async () => {
  const stores = await openStores();
  await createMicroStudy(stores, 'last');
  const refusals: string[] = [];
  const { status } = await runSession(stores, 'last', {
    kind: 'skip',
    at: {
      1: { method: 'answer', skips: true },
      2: { method: 'cot', skips: true },
      3: { method: 'feedback', skips: true },
    },
    refused: (sentence) => refusals.push(sentence),
  });
  expect(status).toBe('done');
  expect(refusals).toEqual(['Method feedback is the last one left: stop the study instead.']);
});
