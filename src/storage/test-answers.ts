/** The test problems of a study with what teacher and students answered: read when they are looked at, all at once. */

import type { Problem } from '../data/problem';
import type { EvaluationRecord } from '../evaluate/records';
import type { RunRecord } from './schema';
import type { Stores } from './stores';

type Answer = Pick<EvaluationRecord, 'output' | 'answer' | 'correct' | 'tokens'>;

/** One who was asked all test problems. */
export interface TestSubject {
  /** Null for the teacher and for the student before training, which `name` tells apart. */
  readonly run: Pick<RunRecord, 'runId' | 'method' | 'seed'> | null;
  readonly name: string;
  /** In the order of the problems; null where it has not been asked yet. */
  readonly answers: readonly (Answer | null)[];
}

export interface TestAnswers {
  readonly problems: readonly Pick<
    Problem,
    'id' | 'question' | 'goldRationale' | 'goldAnswer' | 'difficulty'
  >[];
  readonly subjects: readonly TestSubject[];
}

/** @param references the subjects that are no runs, by the names their answers are stored under */
export async function readTestAnswers(
  stores: Stores,
  studyId: string,
  references: readonly string[],
): Promise<TestAnswers> {
  const problems = await stores.problems.read(studyId, 'test');
  const answersOf = async (subject: string): Promise<TestSubject['answers']> => {
    const batches = await stores.evaluations.read(studyId, subject, 'test');
    const records = batches.flatMap((batch) => batch.records);
    const found = new Map(records.map((record) => [record.problemId, record]));
    return problems.map(({ id }) => {
      const record = found.get(id);
      if (record === undefined) return null;
      const { output, answer, correct, tokens } = record;
      return { output, answer, correct, tokens };
    });
  };
  const runs = await stores.runs.ofStudy(studyId);
  const subjects = await Promise.all([
    ...references.map(async (name) => ({ run: null, name, answers: await answersOf(name) })),
    ...runs.map(async ({ runId, method, seed }) => ({
      run: { runId, method, seed },
      name: runId,
      answers: await answersOf(runId),
    })),
  ]);
  return {
    problems: problems.map(({ id, question, goldRationale, goldAnswer, difficulty }) => ({
      id,
      question,
      goldRationale,
      goldAnswer,
      difficulty,
    })),
    // Whoever was asked nothing has nothing to show.
    subjects: subjects.filter(({ answers }) => answers.some((answer) => answer !== null)),
  };
}
