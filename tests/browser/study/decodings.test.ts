/** Several rationales a problem and further ways of answering: asked for once, also across sessions, and reported apart. */

import { expect, onTestFinished, test } from 'vitest';
import { Stores } from '../../../src/storage/stores';
import type { StudyConfiguration } from '../../../src/study/configuration';
import { decodingsOf, decodingSubject } from '../../../src/study/subjects';
import { emptyDatabase } from '../storage/records';
import { createMicroStudy, MICRO_STUDY, runSession, studyResults } from './micro-study';

const STUDY: StudyConfiguration = {
  ...MICRO_STUDY,
  methods: ['answer', 'cot', 'cot-diverse'],
  training: { ...MICRO_STUDY.training, maximumUpdates: 2 },
  evaluation: { ...MICRO_STUDY.evaluation, samples: 2, calculator: true },
};

async function decodedAnswers(stores: Stores, studyId: string): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const run of await stores.runs.ofStudy(studyId)) {
    for (const decoding of decodingsOf(run, STUDY)) {
      const subject = decodingSubject(run, decoding);
      const batches = await stores.evaluations.read(studyId, subject, 'test');
      answers.push([run.method, decoding, batches.flatMap(({ records }) => records)]);
    }
  }
  return answers;
}

test('killed again and again, it asks each batch once and leaves the same', async () => {
  const stores = new Stores(await emptyDatabase(onTestFinished));
  await createMicroStudy(stores, 'control', STUDY);
  const whole = await runSession(stores, 'control');
  expect(whole.status).toBe('done');
  await createMicroStudy(stores, 'killed', STUDY);
  let sessions = 0;
  for (let status = ''; status !== 'done'; sessions++) {
    status = (await runSession(stores, 'killed', { kind: 'crash', after: 9 })).status;
    expect(sessions).toBeLessThan(40);
  }
  expect(sessions).toBeGreaterThan(5);
  expect(await studyResults(stores, 'killed')).toEqual(await studyResults(stores, 'control'));
  expect(await decodedAnswers(stores, 'killed')).toEqual(await decodedAnswers(stores, 'control'));
});

test('what one method asks for leaves the others as they are, and is its cost alone', async () => {
  const stores = new Stores(await emptyDatabase(onTestFinished));
  await createMicroStudy(stores, 'with', STUDY);
  await createMicroStudy(stores, 'without', {
    ...MICRO_STUDY,
    methods: ['answer', 'cot'],
    training: STUDY.training,
  });
  await runSession(stores, 'with');
  await runSession(stores, 'without');
  const report = async (studyId: string) => {
    const record = await stores.studies.read(studyId);
    return new Map(record?.report?.methods.map((each) => [each.method, each]));
  };
  const [more, less] = [await report('with'), await report('without')];
  for (const method of ['answer', 'cot'] as const) {
    expect(more.get(method)?.splits).toEqual(less.get(method)?.splits);
    expect(less.get(method)).not.toHaveProperty('decodings');
  }
  const ways = (method: 'answer' | 'cot') =>
    more
      .get(method)
      ?.decodings?.map(({ samples, calculator, exactMatch }) => [
        samples,
        calculator,
        exactMatch.trials,
      ]);
  // Without rationales there are no equations to evaluate.
  expect(ways('answer')).toEqual([[2, false, 5]]);
  expect(ways('cot')).toEqual([
    [2, false, 5],
    [1, true, 5],
    [2, true, 5],
  ]);
  expect(more.get('answer')?.errors).toBeUndefined();
  expect(more.get('cot')?.errors).toMatchObject({ wrong: 5, right: 0 });

  const { diverse } = (await stores.studies.read('with'))?.rationale ?? {};
  expect(diverse).toMatchObject({ problems: 12, samples: 24 });
  const cost = (method: 'cot' | 'cot-diverse') => more.get(method)?.cost.preparationMs ?? 0;
  expect(cost('cot-diverse') - cost('cot')).toBeCloseTo(diverse?.elapsedMs ?? Number.NaN, 6);
  for await (const trace of stores.traces.each('with')) {
    expect(trace.diverse?.map(({ sample }) => sample)).toEqual([1, 2]);
  }
});
