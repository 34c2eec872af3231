/** Which test problems are listed: by how the trained students did on them, by who was right against whom, and by words. */

import type { TestAnswers, TestSubject } from '../storage/test-answers';

export const TEST_OUTCOMES = ['any', 'disagree', 'all-right', 'all-wrong'] as const;
export type TestOutcome = (typeof TEST_OUTCOMES)[number];

export interface TestFilter {
  /** Over the trained students. */
  readonly outcome: TestOutcome;
  /** Subjects that were right, and wrong; empty for whoever. */
  readonly right: string;
  readonly wrong: string;
  readonly text: string;
}

export const NO_TEST_FILTER: TestFilter = { outcome: 'any', right: '', wrong: '', text: '' };

/** The indices of the problems that meet every condition. */
export function filteredTests({ problems, subjects }: TestAnswers, filter: TestFilter): number[] {
  const students = subjects.filter(({ run }) => run !== null);
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const isSo = (name: string, index: number, correct: boolean): boolean =>
    name === '' || verdict(subjects, name, index) === correct;
  return problems.flatMap(({ id, question }, index) => {
    const text = `${id} ${question}`.toLowerCase();
    const meets =
      isOutcome(students, index, filter.outcome) &&
      isSo(filter.right, index, true) &&
      isSo(filter.wrong, index, false) &&
      words.every((word) => text.includes(word));
    return meets ? [index] : [];
  });
}

function verdict(subjects: readonly TestSubject[], name: string, index: number): boolean | null {
  return subjects.find((subject) => subject.name === name)?.answers[index]?.correct ?? null;
}

/** Students that have not been asked a problem do not count there. */
function isOutcome(students: readonly TestSubject[], index: number, outcome: TestOutcome): boolean {
  const given = students.flatMap(({ answers }) => answers[index]?.correct ?? []);
  const right = given.filter(Boolean).length;
  switch (outcome) {
    case 'any':
      return true;
    case 'disagree':
      return right > 0 && right < given.length;
    case 'all-right':
      return given.length > 0 && right === given.length;
    case 'all-wrong':
      return given.length > 0 && right === 0;
    default:
      return outcome satisfies never;
  }
}
