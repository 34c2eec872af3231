/** Likelihoods in a study: what they decide, that a budget ends them, and that a stopped study asks for none twice. */

import { expect, onTestFinished, test } from 'vitest';
import type { Problem } from '../../../src/data/problem';
import type { Trace } from '../../../src/rationale/trace';
import { Stores } from '../../../src/storage/stores';
import type { StudyConfiguration } from '../../../src/study/configuration';
import { emptyDatabase } from '../storage/records';
import { ASIDE } from './micro-models';
import {
  createMicroStudy,
  MICRO_STUDY,
  microProblems,
  runSession,
  studyResults,
} from './micro-study';

/** Calculations that the answer does not rest on: one the teacher finds of no help, one it does. */
const USELESS = `${ASIDE}, there are [365*52=18980] of them`;
const HELPFUL = 'Note that there are [365*60=21900] of them';

const configured = (likelihoods: number): StudyConfiguration => ({
  ...MICRO_STUDY,
  methods: ['feedback'],
  feedback: { ...MICRO_STUDY.feedback, likelihoods },
});

/** What a teacher knows that says more than the authors do. */
const verbose: readonly Problem[] = microProblems(MICRO_STUDY).map((problem, index) => ({
  ...problem,
  goldRationale: `${index % 2 === 0 ? USELESS : HELPFUL} | ${problem.goldRationale}`,
}));

async function openStudy(likelihoods: number): Promise<Stores> {
  const stores = new Stores(await emptyDatabase(onTestFinished));
  await createMicroStudy(stores, 'study', configured(likelihoods));
  return stores;
}

async function tracesOf(stores: Stores): Promise<Trace[]> {
  const traces: Trace[] = [];
  for await (const trace of stores.traces.each('study')) traces.push(trace);
  return traces;
}

const asking = (calls: readonly string[]): string[] =>
  calls.filter((name) => name.endsWith('likelihoods'));

test('steps outside the way to the answer go where no model finds them helpful', async () => {
  const stores = await openStudy(100_000);
  const { status, calls } = await runSession(stores, 'study', null, verbose);
  expect(status).toBe('done');
  expect(asking(calls).length).toBeGreaterThan(2);
  const judged = (await tracesOf(stores)).flatMap((trace) => trace.judged);
  const asides = judged
    .flatMap(({ steps }) => steps)
    .filter(
      ({ text, likelihoods, reason }) =>
        // Of two that are excused alike, the second says nothing new.
        likelihoods !== undefined && reason !== 'repeated' && /^(By|Note)/.test(text),
    );
  expect(new Set(asides.map(({ text }) => text))).toEqual(new Set([USELESS, HELPFUL]));
  for (const { text, verdict, likelihoods = [] } of asides) {
    // A step that is excused as being on topic still has to be needed.
    const need = likelihoods.filter(({ signal }) => signal !== 'information-gain');
    const decisive = need.length > 0 ? need : likelihoods;
    const helps = decisive.some(({ value, threshold }) => value >= threshold);
    expect(verdict, text).toBe(helps ? 'kept' : 'rejected');
    const teacher = likelihoods.find(({ model }) => model === 'teacher');
    expect(teacher?.value).toBeCloseTo(text === HELPFUL ? 0.5 : -0.125, 6);
  }
  const summary = (await stores.studies.read('study'))?.likelihoods;
  expect(summary?.refusal).toBe('');
  expect(summary?.problems).toBe(12);
  expect(summary?.steps).toBeGreaterThan(0);
  expect(summary?.scoring.sequences).toBeGreaterThan(0);
  expect(summary?.fit.tokens).toBeGreaterThan(0);
});

test('a study stopped while it asks, or after, ends the same and asks for nothing twice', async () => {
  const control = await openStudy(100_000);
  const whole = await runSession(control, 'study', null, verbose);
  const stopped = await openStudy(100_000);
  const first = whole.calls.findIndex((name) => name.endsWith('likelihoods')) + 1;
  const last = whole.calls.findLastIndex((name) => name.endsWith('likelihoods')) + 1;
  const inFit = await runSession(stopped, 'study', { kind: 'crash', after: first }, verbose);
  expect(inFit.status).toBe('failed');
  const rationales = whole.calls.slice(0, first - 1).length;
  const inGroup = await runSession(
    stopped,
    'study',
    { kind: 'crash', after: last - rationales },
    verbose,
  );
  expect(inGroup.status).toBe('failed');
  const inTraining = await runSession(
    stopped,
    'study',
    { kind: 'crash', after: 4 + last - rationales },
    verbose,
  );
  // The thresholds were written before the first problem.
  expect(asking(inTraining.calls)).toEqual(asking(whole.calls).slice(2));
  const rest = await runSession(stopped, 'study', null, verbose);
  expect(rest.status).toBe('done');
  expect(asking(rest.calls)).toEqual([]);
  expect(await studyResults(stopped, 'study')).toEqual(await studyResults(control, 'study'));
});

test('the budget bounds the sequences; one too small to fit leaves all to the rules', async () => {
  const small = await openStudy(400);
  const { log } = await runSession(small, 'study', null, verbose);
  const summary = (await small.studies.read('study'))?.likelihoods;
  expect((summary?.fit.sequences ?? 0) + (summary?.scoring.sequences ?? 0)).toBeLessThanOrEqual(
    400,
  );
  expect(summary?.fit.sequences).toBeLessThanOrEqual(100);
  expect(log.join(' ')).toContain('information gain counts as help from');
  const tiny = await openStudy(8);
  const { calls } = await runSession(tiny, 'study', null, verbose);
  expect(asking(calls)).toEqual([]);
  expect((await tiny.studies.read('study'))?.likelihoods?.refusal).toContain(
    'A quarter of the budget',
  );
  const off = await openStudy(0);
  await runSession(off, 'study', null, verbose);
  expect((await off.studies.read('study'))?.likelihoods).toBeUndefined();
  expect((await studyResults(tiny, 'study'))['traces']).toEqual(
    (await studyResults(off, 'study'))['traces'],
  );
});
