/** Soft methods in a study: the teacher is asked once for every target, also across sessions, and its words count as cost. */

import { expect, onTestFinished, test } from 'vitest';
import { Stores } from '../../../src/storage/stores';
import type { StudyConfiguration } from '../../../src/study/configuration';
import { emptyDatabase } from '../storage/records';
import { createMicroStudy, MICRO_STUDY, runSession, studyResults } from './micro-study';

const SOFT_STUDY: StudyConfiguration = {
  ...MICRO_STUDY,
  methods: ['answer-soft', 'cot', 'cot-soft', 'feedback-soft'],
  training: { ...MICRO_STUDY.training, maximumUpdates: 2 },
};

test('killed again and again, it asks each batch once and leaves the same', async () => {
  const database = await emptyDatabase(onTestFinished);
  const stores = new Stores(database);
  await createMicroStudy(stores, 'control', SOFT_STUDY);
  const whole = await runSession(stores, 'control');
  expect(whole.status).toBe('done');
  const asked = whole.calls.filter((name) => name === 'soft').length;
  // Twelve of the teacher's own rationales, and those of the winnowed ones that differ, by four.
  expect(asked).toBeGreaterThan(12 / 4);
  expect(asked).toBeLessThanOrEqual(24 / 4);

  await createMicroStudy(stores, 'killed', SOFT_STUDY);
  let answered = 0;
  let sessions = 0;
  for (let status = ''; status !== 'done'; sessions++) {
    const session = await runSession(stores, 'killed', { kind: 'crash', after: 6 });
    status = session.status;
    // The last call of a session that was killed was not answered.
    const calls = status === 'done' ? session.calls : session.calls.slice(0, -1);
    answered += calls.filter((name) => name === 'soft').length;
    expect(sessions).toBeLessThan(40);
  }
  expect(sessions).toBeGreaterThan(5);
  expect(answered).toBe(asked);
  expect(await studyResults(stores, 'killed')).toEqual(await studyResults(stores, 'control'));

  expect(await database.connection.count('softTargets')).toBe(0);
  const runs = await stores.runs.ofStudy('control');
  expect(runs.map(({ method, softTargetsMs }) => [method, (softTargetsMs ?? 0) > 0])).toEqual([
    ['answer-soft', true],
    ['cot', false],
    ['cot-soft', true],
    ['feedback-soft', true],
  ]);
  const report = (await stores.studies.read('control'))?.report;
  const cost = new Map(report?.methods.map(({ method, cost: own }) => [method, own.preparationMs]));
  const softMs = runs.find(({ method }) => method === 'cot-soft')?.softTargetsMs ?? Number.NaN;
  expect((cost.get('cot-soft') ?? 0) - (cost.get('cot') ?? 0)).toBeCloseTo(softMs, 6);
});

test('with a share of 0 nobody asks the teacher, and the student is the hard one to the bit', async () => {
  const stores = new Stores(await emptyDatabase(onTestFinished));
  const { soft } = SOFT_STUDY.training;
  await createMicroStudy(stores, 'off', {
    ...SOFT_STUDY,
    methods: ['cot', 'cot-soft'],
    training: { ...SOFT_STUDY.training, soft: { ...soft, lambda: 0 } },
  });
  const { status, calls } = await runSession(stores, 'off');
  expect(status).toBe('done');
  expect(calls).not.toContain('soft');
  const [hard, other] = await stores.runs.ofStudy('off');
  const learned = (run = hard) =>
    run?.training.map(({ update, loss, gradientNorm }) => ({ update, loss, gradientNorm }));
  expect(learned(other)).toEqual(learned(hard));
  expect(other?.softTargetsMs).toBeUndefined();
});
