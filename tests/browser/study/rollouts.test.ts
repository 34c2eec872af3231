/** Rollouts in a study: what is taught of them, that a budget ends them, and that a stopped study ends the same. */

import { expect, onTestFinished, test } from 'vitest';
import { rolloutsOfStep, fallsAtStep } from '../../../src/rationale/rollouts';
import type { Trace } from '../../../src/rationale/trace';
import { Stores } from '../../../src/storage/stores';
import type { StudyConfiguration } from '../../../src/study/configuration';
import { rationaleBegin } from '../../../src/text/grammar';
import { emptyDatabase } from '../storage/records';
import { createMicroStudy, MICRO_STUDY, runSession, studyResults } from './micro-study';

const configured = (rollouts: number): StudyConfiguration => ({
  ...MICRO_STUDY,
  methods: ['feedback'],
  rationale: { ...MICRO_STUDY.rationale, resamples: 0, hintedSamples: 0 },
  feedback: { ...MICRO_STUDY.feedback, rollouts },
  training: { ...MICRO_STUDY.training, maximumUpdates: 1 },
});

async function openStudy(rollouts: number): Promise<Stores> {
  const stores = new Stores(await emptyDatabase(onTestFinished));
  await createMicroStudy(stores, 'study', configured(rollouts));
  return stores;
}

async function tracesOf(stores: Stores): Promise<Trace[]> {
  const traces: Trace[] = [];
  for await (const trace of stores.traces.each('study')) traces.push(trace);
  return traces;
}

test('wrong rationales are gone on with, and the right continuation is taught', async () => {
  const stores = await openStudy(100_000);
  expect((await runSession(stores, 'study')).status).toBe('done');
  const traces = await tracesOf(stores);
  const summary = (await stores.studies.read('study'))?.rollouts;
  const asked = traces.flatMap(({ judged }) => judged.filter(({ rollouts }) => rollouts));
  expect(asked.length).toBeGreaterThan(0);
  let sequences = 0;
  let blamed = 0;
  for (const { steps, rollouts = [] } of asked) {
    for (const place of rollouts) {
      const begin = rationaleBegin(steps.slice(0, place.steps).map(({ text }) => text));
      expect(place.rollouts).toHaveLength(4);
      for (const { text } of place.rollouts) expect(text.startsWith(begin)).toBe(true);
    }
    sequences += 4 * rollouts.length;
    blamed += steps.filter(
      ({ reason }, index) =>
        reason === 'contradicts-gold' && fallsAtStep(rolloutsOfStep(rollouts, index)),
    ).length;
  }
  const continued = traces.filter(({ samples }) => samples.at(-1)?.goesOn !== undefined);
  expect(continued.length).toBeGreaterThan(0);
  for (const { samples, judged, provenance, goldAnswer } of continued) {
    expect(samples.at(-1)).toMatchObject({ sample: samples.length - 1, answer: goldAnswer });
    expect(judged.at(-1)?.accepted).toBe(true);
    expect(provenance).toBe(samples.at(-1)?.goesOn?.steps === 0 ? 'resampled' : 'continued');
  }
  expect(summary).toMatchObject({
    refusal: '',
    problems: 12,
    rationales: asked.length,
    blamed,
    continued: continued.length,
  });
  expect(summary?.taking.sequences).toBe(sequences);
  const report = (await stores.studies.read('study'))?.report;
  expect(report?.rollouts).toEqual(summary);
});

test('a study stopped while the teacher goes on ends the same; a budget bounds the sequences', async () => {
  const control = await openStudy(100_000);
  await runSession(control, 'study');

  // Three calls write the rationales, those after them rollouts.
  const stopped = await openStudy(100_000);
  expect((await runSession(stopped, 'study', { kind: 'crash', after: 5 })).status).toBe('failed');
  expect((await runSession(stopped, 'study')).status).toBe('done');
  expect(await studyResults(stopped, 'study')).toEqual(await studyResults(control, 'study'));

  const small = await openStudy(9);
  const { log } = await runSession(small, 'study');
  const taken = (await small.studies.read('study'))?.rollouts?.taking.sequences;
  expect(taken).toBe(8);
  expect(log.join(' ')).toContain('The budget of 9 rollouts is used up');
});
