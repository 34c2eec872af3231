/** Studies, problems, traces and evaluations in a real IndexedDB. */

import { expect, onTestFinished, test } from 'vitest';
import { evaluateOutput, type EvaluationRecord } from '../../../src/evaluate/records';
import type { Problem } from '../../../src/data/problem';
import type { StepVerdict, Trace } from '../../../src/rationale/trace';
import type { TraceFilter } from '../../../src/rationale/trace-listing';
import type { Database } from '../../../src/storage/database';
import { Stores } from '../../../src/storage/stores';
import { readTestAnswers } from '../../../src/storage/test-answers';
import { exportTraces, listTraces, readStudentAnswers } from '../../../src/storage/trace-listing';
import { recordHandVerdict } from '../../../src/worker/hand-verdict';
import { bytesOf, emptyDatabase, runRecord, STUDY_ID, studyRecord, trace } from './records';

async function open(): Promise<{ database: Database; stores: Stores }> {
  const database = await emptyDatabase(onTestFinished);
  return { database, stores: new Stores(database) };
}

function problem(id: string): Problem {
  return {
    id,
    source: 'own',
    question: `question of ${id}`,
    goldRationale: '#### 1',
    goldAnswer: '1',
    difficulty: 1,
  };
}

const step = (verdict: StepVerdict['verdict'], reason: StepVerdict['reason']): StepVerdict => ({
  text: 'a step',
  verdict,
  reason,
  message: '',
  outcomes: [],
  dependsOn: [],
});

function judgedTrace(index: number, patch: Partial<Trace> = {}): Trace {
  return trace(index, {
    judged: [
      {
        sample: 0,
        text: 'x',
        steps: [step('kept', null), step('rejected', 'arithmetic')],
        accepted: false,
      },
    ],
    winnowed: '#### 1',
    provenance: 'gold',
    ...patch,
  });
}

test('a study keeps its files until its problems are written, in one transaction', async () => {
  const { stores } = await open();
  await stores.studies.create(studyRecord(), [{ name: 'a.jsonl', text: '{}' }]);
  expect(await stores.studies.readFiles(STUDY_ID)).toEqual([{ name: 'a.jsonl', text: '{}' }]);
  const splits = {
    train: [problem('b'), problem('a')],
    validation: [problem('c')],
    test: [problem('d')],
  };
  await stores.problems.commit(splits, { ...studyRecord(), message: 'has problems' });
  expect(await stores.problems.read(STUDY_ID, 'train')).toEqual(splits.train);
  expect(await stores.problems.read(STUDY_ID, 'test')).toEqual(splits.test);
  expect(await stores.studies.readFiles(STUDY_ID)).toEqual([]);
  expect((await stores.studies.read(STUDY_ID))?.message).toBe('has problems');
});

test('traces are found by problem, walked in order and counted', async () => {
  const { stores } = await open();
  const all = Array.from({ length: 600 }, (_, index) => trace(index));
  await stores.traces.commit(all.toReversed(), studyRecord());
  await stores.traces.commit([judgedTrace(3)], studyRecord());
  expect((await stores.traces.read(STUDY_ID, 'problem-17'))?.index).toBe(17);
  expect(await stores.traces.read(STUDY_ID, 'problem-9999')).toBeNull();
  const walked: number[] = [];
  for await (const { index } of stores.traces.each(STUDY_ID)) walked.push(index);
  expect(walked).toEqual(all.map(({ index }) => index));
  const { written, decided } = await stores.traces.progress(STUDY_ID);
  expect(written.size).toBe(600);
  expect([...decided]).toEqual([3]);
});

test('the trace list filters by every condition together', async () => {
  const { stores } = await open();
  await stores.traces.commit(
    [
      trace(0),
      judgedTrace(1),
      judgedTrace(2, { provenance: 'teacher', question: 'Ben sells pears.' }),
      judgedTrace(3, { samples: [{ ...trace(3).samples[0]!, answer: '5' }] }),
    ],
    studyRecord(),
  );
  const list = async (filter: TraceFilter): Promise<number[]> => {
    const { rows } = await listTraces(stores, { studyId: STUDY_ID, filter, order: 'problem' });
    return rows.map(({ index }) => index);
  };
  expect(await list({})).toEqual([0, 1, 2, 3]);
  expect(await list({ verdict: 'rejected' })).toEqual([1, 2, 3]);
  expect(await list({ verdict: 'repaired' })).toEqual([]);
  expect(await list({ reason: 'arithmetic', provenance: 'gold' })).toEqual([1, 3]);
  expect(await list({ answer: 'right' })).toEqual([3]);
  expect(await list({ text: 'PEARS ' })).toEqual([2]);
  const query = { studyId: STUDY_ID, filter: { text: 'pears' }, order: 'problem' } as const;
  const { rows, total } = await listTraces(stores, query);
  const [row] = rows;
  expect(total).toBe(4);
  expect(row).toEqual({
    problemId: 'problem-2',
    index: 2,
    question: 'Ben sells pears.',
    difficulty: 1,
    greedyRight: false,
    provenance: 'teacher',
    kept: 1,
    rejected: 1,
    repaired: 0,
    reasons: ['arithmetic'],
    students: 'not-asked',
    failedRuns: [],
    loop: [],
  });
});

test('listing ten thousand traces with a filter takes well under a second', async () => {
  const { stores } = await open();
  for (let start = 0; start < 10_000; start += 2_000) {
    const block = Array.from({ length: 2_000 }, (_, offset) => judgedTrace(start + offset));
    await stores.traces.commit(block, studyRecord());
  }
  const started = performance.now();
  const filter = { text: 'apples [1234+2=1236]' };
  const { rows } = await listTraces(stores, { studyId: STUDY_ID, filter, order: 'longest' });
  expect(rows).toHaveLength(1);
  expect(performance.now() - started).toBeLessThan(1_500);
});

test('traces are listed with how the students answered, and saved as lines', async () => {
  const { stores } = await open();
  const record = studyRecord();
  await stores.traces.commit([trace(0), trace(1), judgedTrace(2)], record);
  const runs = ['run-1', 'run-2'].map((runId) => ({ ...runRecord(10), runId }));
  await stores.runs.commit(runs, record);
  const answered = (index: number, output: string) =>
    evaluateOutput(
      { id: `problem-${index}`, difficulty: 1, goldAnswer: String(index + 2) },
      'train',
      { output, tokens: 2 },
      { targetTokens: 0, targetTokensRight: 0, loss: 0 },
    );
  const batch = { studyId: STUDY_ID, split: 'train', batch: 0, elapsedMs: 1 } as const;
  const write = (subject: string, records: readonly EvaluationRecord[]) =>
    stores.evaluations.commit({ ...batch, subject, records }, record);
  await write('run-1', [answered(0, '#### 2'), answered(2, '#### 5')]);
  await write('run-2', [answered(0, '#### 2'), answered(2, '#### 4')]);
  const query = { studyId: STUDY_ID, filter: {}, order: 'problem' } as const;
  const { rows, counts } = await listTraces(stores, query);
  expect(rows.map(({ students, failedRuns }) => [students, failedRuns])).toEqual([
    ['all-right', []],
    ['not-asked', []],
    ['some-wrong', ['run-1']],
  ]);
  expect(counts.failedRun).toEqual({ 'run-1': 1 });
  const { answers, asked } = await readStudentAnswers(stores, STUDY_ID, 'problem-2');
  expect(asked).toBe(2);
  expect(answers.map(({ run, record: { answer } }) => [run.runId, answer])).toEqual([
    ['run-1', '5'],
    ['run-2', '4'],
  ]);
  const wanted = { ...query, filter: { text: 'apples' }, order: 'longest' } as const;
  const lines = (await (await exportTraces(stores, wanted)).text()).split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { problemId: 'problem-2', provenance: 'gold', judged: [{ sample: 0 }] },
    { problemId: 'problem-0', provenance: null },
    { problemId: 'problem-1' },
  ]);
});

test('problems of the test split are read with the answers of all who were asked, in their order', async () => {
  const { stores } = await open();
  const record = studyRecord();
  const problem = (index: number): Problem => ({
    id: `test-${index}`,
    question: `Question ${index}?`,
    goldRationale: `[${index}+2=${index + 2}] | #### ${index + 2}`,
    goldAnswer: String(index + 2),
    difficulty: 1,
    source: 'pocket',
  });
  const problems = [problem(0), problem(1), problem(2)];
  await stores.problems.commit({ train: [], validation: [], test: problems }, record);
  await stores.runs.commit([runRecord(10)], record);
  const answered = (index: number, output: string) =>
    evaluateOutput(
      problem(index),
      'test',
      { output, tokens: 2 },
      { targetTokens: 0, targetTokensRight: 0, loss: 0 },
    );
  const write = (subject: string, batch: number, records: readonly EvaluationRecord[]) =>
    stores.evaluations.commit(
      { studyId: STUDY_ID, split: 'test', subject, batch, records, elapsedMs: 1 },
      record,
    );
  await write('teacher', 0, [answered(2, '#### 4'), answered(0, '#### 9')]);
  await write(runRecord(10).runId, 1, [answered(1, '#### 3')]);
  const found = await readTestAnswers(stores, STUDY_ID, ['teacher', 'student']);
  expect(found.problems.map(({ id }) => id)).toEqual(['test-0', 'test-1', 'test-2']);
  expect(
    found.subjects.map(({ name, answers }) => [name, answers.map((each) => each?.correct ?? null)]),
  ).toEqual([
    ['teacher', [false, null, true]],
    [runRecord(10).runId, [null, true, null]],
  ]);
});

test('a verdict by hand is kept before training and after the study, and refused between', async () => {
  const { stores } = await open();
  await stores.traces.commit([judgedTrace(0)], studyRecord());
  const study = { ...studyRecord(), runs: [] };
  const verdict = { sample: 0, step: 1, verdict: 'kept' } as const;
  const stage = { ...study.stages.train, state: 'running' } as const;
  const training = { ...study, stages: { ...study.stages, train: stage } };
  await expect(recordHandVerdict(stores.traces, training, 'problem-0', verdict)).rejects.toThrow(
    /Training has begun/,
  );
  const changed = await recordHandVerdict(stores.traces, study, 'problem-0', verdict);
  expect(changed.judged[0]?.steps[1]).toMatchObject({ verdict: 'rejected', byHand: 'kept' });
  expect(await stores.traces.read(STUDY_ID, 'problem-0')).toEqual(changed);
  expect(await stores.traces.rows(STUDY_ID)).toMatchObject([{ kept: 2, rejected: 0 }]);
  expect(await stores.traces.findDamaged(STUDY_ID)).toEqual([]);
  const done = { ...training, status: 'done' } as const;
  const back = { ...verdict, verdict: null };
  const again = await recordHandVerdict(stores.traces, done, 'problem-0', back);
  expect(again.judged).toEqual(judgedTrace(0).judged);
});

test('what the teacher said is kept by batch and freed by study', async () => {
  const { stores } = await open();
  const batch = (studyId: string, number: number) => ({
    studyId,
    batch: number,
    candidates: 2,
    ids: Uint16Array.of(7, 65_535),
    logits: Uint16Array.of(0, 0xfbff),
    elapsedMs: 3,
  });
  for (const [studyId, number] of [
    [STUDY_ID, 0],
    [STUDY_ID, 11],
    ['study-2', 2],
  ] as const) {
    await stores.softTargets.commit(batch(studyId, number), studyRecord(studyId));
  }
  expect(await stores.softTargets.written(STUDY_ID)).toEqual(new Set([0, 11]));
  expect(await stores.softTargets.read(STUDY_ID, 11)).toEqual(batch(STUDY_ID, 11));
  expect(await stores.softTargets.read(STUDY_ID, 2)).toBeNull();
  await stores.softTargets.clear(STUDY_ID);
  expect(await stores.softTargets.written(STUDY_ID)).toEqual(new Set());
  expect(await stores.softTargets.written('study-2')).toEqual(new Set([2]));
});

test('deleting a study takes everything of it and nothing of another one', async () => {
  const { database, stores } = await open();
  for (const studyId of [STUDY_ID, 'study-2']) {
    const record = studyRecord(studyId);
    const run = { ...runRecord(10), studyId, runId: `${studyId}-run` };
    await stores.studies.create(record, [{ name: 'a', text: '' }]);
    await stores.traces.commit([trace(0, { studyId })], record);
    await stores.problems.commit(
      { train: [problem('a')], validation: [problem('b')], test: [problem('c')] },
      record,
    );
    await stores.checkpoints.write(run, bytesOf(10, 1), record);
    await stores.evaluations.commit(
      {
        studyId,
        subject: 'teacher',
        split: 'test',
        batch: 0,
        records: [],
        elapsedMs: 1,
      },
      record,
    );
    await stores.softTargets.commit(
      {
        studyId,
        batch: 0,
        candidates: 1,
        ids: Uint16Array.of(1),
        logits: Uint16Array.of(0),
        elapsedMs: 1,
      },
      record,
    );
  }
  await stores.studies.delete(STUDY_ID);
  const counts = await Promise.all(
    (
      [
        'studies',
        'problems',
        'traces',
        'traceRows',
        'runs',
        'evaluations',
        'checkpoints',
        'chunks',
        'softTargets',
      ] as const
    ).map((name) => database.connection.count(name)),
  );
  expect(counts).toEqual([1, 3, 1, 1, 1, 1, 1, 1, 1]);
  expect((await stores.studies.readSnapshot('study-2'))?.runs).toHaveLength(1);
  expect(await stores.studies.readSnapshot(STUDY_ID)).toBeNull();
  expect((await stores.studies.list()).map(({ studyId }) => studyId)).toEqual(['study-2']);
});

test('a deleted study can come back until its time is over, and then is gone whole', async () => {
  const { database, stores } = await open();
  const { studies } = stores;
  await studies.create(studyRecord(), []);
  await stores.traces.commit([trace(0)], studyRecord());
  await studies.create(studyRecord('study-2'), []);
  await studies.hide(STUDY_ID, 1_000);
  expect(await studies.readSnapshot(STUDY_ID)).toBeNull();
  expect(await studies.list()).toEqual([
    expect.objectContaining({ studyId: STUDY_ID, deletedAt: 1_000 }),
    expect.not.objectContaining({ deletedAt: 1_000 }),
  ]);
  await studies.removeHidden(1_000);
  await studies.restore(STUDY_ID);
  expect(await studies.readSnapshot(STUDY_ID)).toEqual({ ...studyRecord(), runs: [] });
  await studies.hide(STUDY_ID, 1_000);
  await studies.removeHidden(1_001);
  await expect(studies.restore(STUDY_ID)).rejects.toThrow('not in this browser any more');
  expect(await database.connection.count('traces')).toBe(0);
  expect((await studies.list()).map(({ studyId }) => studyId)).toEqual(['study-2']);
});

test('a study is renamed and measured', async () => {
  const { stores } = await open();
  await stores.studies.create(studyRecord(), []);
  const empty = (await stores.studies.sizes())[STUDY_ID] ?? 0;
  await stores.checkpoints.write(runRecord(10), bytesOf(100_000, 1), studyRecord());
  await stores.traces.commit(
    Array.from({ length: 100 }, (_, index) => trace(index)),
    studyRecord(),
  );
  await stores.studies.rename(STUDY_ID, 'late-rye-7');
  const [listed] = await stores.studies.list();
  expect(listed?.name).toBe('late-rye-7');
  const traces = 100 * JSON.stringify(trace(50)).length;
  const bytes = (await stores.studies.sizes())[STUDY_ID] ?? 0;
  expect(bytes - empty).toBeGreaterThan(100_000 + traces);
  expect(bytes - empty).toBeLessThan(102_000 + 3 * traces);
});
