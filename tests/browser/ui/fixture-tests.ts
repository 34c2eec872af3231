/** Made-up answers to test problems: the teacher is always right, one student never, one every second time, one always. */

import type { TestAnswers, TestSubject } from '../../../src/storage/test-answers';

const METHODS = ['answer', 'cot', 'feedback'] as const;

export function fixtureTestAnswers(count: number): TestAnswers {
  const problems = Array.from({ length: count }, (_, index) => ({
    id: `pocket-7-test-${index}`,
    question: `Ben has ${index} boxes of 3 pens and 2 pens more. How many pens has Ben?`,
    goldRationale: `[${index}*3=${3 * index}] | [${3 * index}+2=${3 * index + 2}] | #### ${3 * index + 2}`,
    goldAnswer: String(3 * index + 2),
    difficulty: 2,
  }));
  const answers = (isRight: (index: number) => boolean): TestSubject['answers'] =>
    problems.map(({ goldRationale, goldAnswer }, index) => {
      const answer = isRight(index) ? goldAnswer : '1';
      const output = goldRationale.replace(/#### .*/, `#### ${answer}`);
      return { output, answer, correct: isRight(index), tokens: 20 };
    });
  const isRight = [() => false, (index: number) => index % 2 === 0, () => true] as const;
  return {
    problems,
    subjects: [
      { run: null, name: 'teacher', answers: answers(() => true) },
      ...METHODS.map((method, place) => ({
        run: { runId: `study-1-${method}`, method, seed: 7 },
        name: `study-1-${method}`,
        answers: answers(isRight[place] ?? (() => false)),
      })),
    ],
  };
}
