/** Rounds of training with examinations between them: what they leave, and that a killed study leaves the same. */

import { expect, onTestFinished, test } from 'vitest';
import { studentRounds } from '../../../src/rationale/student-round';
import type { Trace } from '../../../src/rationale/trace';
import { Stores } from '../../../src/storage/stores';
import type { StudyConfiguration } from '../../../src/study/configuration';
import { createMicroStudy, MICRO_STUDY, runSession, studyResults } from './micro-study';
import { emptyDatabase } from '../storage/records';

const ROUNDS: StudyConfiguration = {
  ...MICRO_STUDY,
  methods: ['feedback'],
  feedback: { ...MICRO_STUDY.feedback, rounds: 2, roundProblems: 9, continuations: 3 },
  rationale: { ...MICRO_STUDY.rationale, maximumTokens: 60 },
  training: { ...MICRO_STUDY.training, maximumUpdates: 3 },
  evaluation: { ...MICRO_STUDY.evaluation, trainProblems: 2, batchSize: 4 },
};

async function readTraces(stores: Stores, studyId: string): Promise<Trace[]> {
  const traces: Trace[] = [];
  for await (const trace of stores.traces.each(studyId)) traces.push(trace);
  return traces;
}

test('a student is examined after its first round and trained again on what that showed', async () => {
  const stores = new Stores(await emptyDatabase(onTestFinished));
  await createMicroStudy(stores, 'control', ROUNDS);
  const { status, snapshots } = await runSession(stores, 'control');
  expect(status).toBe('done');
  const last = snapshots.at(-1);
  const [run] = last?.runs ?? [];
  expect(run?.rounds?.map(({ from, updates }) => [from, updates])).toEqual([
    [0, 3],
    [3, 3],
  ]);
  expect(run?.update).toBe(6);
  expect(run?.totalUpdates).toBe(6);
  expect(run?.validation.map(({ update }) => update)).toEqual([2, 3, 5, 6]);

  const traces = await readTraces(stores, 'control');
  const rounds = traces.flatMap((trace) => studentRounds(trace));
  expect(rounds).toHaveLength(9);
  for (const round of rounds) {
    expect(round.next?.weights.every((weight) => weight >= 0.5 && weight <= 2)).toBe(true);
    expect(round.continuations?.length).toBe(
      round.steps.some(({ reached }) => reached === false) ? 3 : 0,
    );
  }
  const [summary] = last?.studentLoop ?? [];
  const replaced = rounds.filter(({ rationale, next }) => next?.rationale !== rationale);
  // So small a student reaches nothing, and the scripted teacher writes several right chains.
  expect(replaced.length).toBeGreaterThan(0);
  expect(summary).toMatchObject({ method: 'feedback', round: 1, problems: 9 });
  expect(summary?.replaced).toBe(replaced.length);
  expect(summary?.failedSteps).toBe(
    rounds.flatMap(({ steps }) => steps).filter(({ reached }) => reached === false).length,
  );
  expect(last?.report?.methods[0]?.rounds).toMatchObject([
    { updates: 3, examination: summary },
    { updates: 3, examination: null },
  ]);
});

test('killed in every part of an examination, it leaves the same', async () => {
  const stores = new Stores(await emptyDatabase(onTestFinished));
  await createMicroStudy(stores, 'control', ROUNDS);
  const { calls } = await runSession(stores, 'control');
  const examined = calls.slice(calls.indexOf('score tokens'));
  const forced = examined.indexOf('teacher');
  const continued = examined.slice(forced).findIndex((call) => call !== 'teacher');
  // The call at which each session is killed, counted from where the study goes on.
  const kills = [
    [calls.length - examined.length + 3, 'generate'],
    [1, 'score tokens'],
    [forced + 1, 'teacher'],
    [Math.ceil(continued / 2), 'teacher'],
    [continued + 1, 'score tokens'],
    [2, 'step'],
  ] as const;
  await createMicroStudy(stores, 'killed', ROUNDS);
  for (const [after, call] of kills) {
    const session = await runSession(stores, 'killed', { kind: 'crash', after });
    expect(session.status).toBe('failed');
    expect(session.calls.at(-1)).toBe(call);
  }
  expect((await runSession(stores, 'killed')).status).toBe('done');
  expect(await studyResults(stores, 'killed')).toEqual(await studyResults(stores, 'control'));
});
