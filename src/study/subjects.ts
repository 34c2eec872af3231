/** Who is evaluated on what: the untrained student, the teacher, and every run on every split. */

import type { Problem, SplitName } from '../data/problem';
import type { RunRecord } from '../storage/schema';
import type { Stores } from '../storage/stores';
import type { StudyConfiguration } from './configuration';

/** The subject names of the two references; those of runs are their run ids. */
export const STUDENT_BEFORE = 'student';
export const TEACHER = 'teacher';

export interface Subject {
  readonly name: string;
  /** Null for the two references. */
  readonly run: RunRecord | null;
  readonly splits: readonly SplitName[];
}

export function subjectsOf(runs: readonly RunRecord[]): Subject[] {
  return [
    { name: TEACHER, run: null, splits: ['test'] },
    { name: STUDENT_BEFORE, run: null, splits: ['test'] },
    ...runs.map((run): Subject => ({
      name: run.runId,
      run,
      splits: ['train', 'validation', 'test'],
    })),
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
