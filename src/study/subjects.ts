/** Who is evaluated on what: the untrained student, the teacher, and every run on every split, in every way asked for. */

import type { Problem, SplitName } from '../data/problem';
import { decodingName, furtherDecodings, type Decoding } from '../evaluate/decoding';
import type { RunRecord } from '../storage/schema';
import type { Stores } from '../storage/stores';
import type { StudyConfiguration } from './configuration';
import { METHOD_TRAITS } from './methods';

/** The subject names of the two references; those of runs are their run ids, with a decoding's name where they have one. */
export const STUDENT_BEFORE = 'student';
export const TEACHER = 'teacher';

export interface Subject {
  readonly name: string;
  /** Null for the two references. */
  readonly run: RunRecord | null;
  readonly splits: readonly SplitName[];
  /** How it answers; null for greedily, without a calculator. */
  readonly decoding: Decoding | null;
}

/** The further ways in which a run answers: a method without rationales writes no equations to evaluate. */
export function decodingsOf(
  { method }: Pick<RunRecord, 'method'>,
  { evaluation }: Pick<StudyConfiguration, 'evaluation'>,
): readonly Decoding[] {
  return furtherDecodings({
    ...evaluation,
    calculator: evaluation.calculator && METHOD_TRAITS[method].asks === 'rationale',
  });
}

/** Whose answers those of a run in one of these ways are stored as. */
export function decodingSubject({ runId }: Pick<RunRecord, 'runId'>, decoding: Decoding): string {
  return `${runId}/${decodingName(decoding)}`;
}

export function subjectsOf(
  runs: readonly RunRecord[],
  configuration: Pick<StudyConfiguration, 'evaluation'>,
): Subject[] {
  return [
    { name: TEACHER, run: null, splits: ['test'], decoding: null },
    { name: STUDENT_BEFORE, run: null, splits: ['test'], decoding: null },
    ...runs.flatMap((run): Subject[] => [
      { name: run.runId, run, splits: ['train', 'validation', 'test'], decoding: null },
      ...decodingsOf(run, configuration).map((decoding): Subject => ({
        name: decodingSubject(run, decoding),
        run,
        splits: ['test'],
        decoding,
      })),
    ]),
  ];
}

/** The problems a split is evaluated on: a spread sample of train, everything of the others. */
export async function evaluationProblems(
  stores: Stores,
  studyId: string,
  split: SplitName,
  configuration: StudyConfiguration,
): Promise<readonly Problem[]> {
  const problems = await stores.problems.read(studyId, split);
  const wanted = configuration.evaluation.trainProblems;
  if (split !== 'train' || problems.length <= wanted) return problems;
  return Array.from(
    { length: wanted },
    (_, index) => problems[Math.floor((index * problems.length) / wanted)],
  ).filter((problem) => problem !== undefined);
}
