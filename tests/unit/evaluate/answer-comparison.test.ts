/** Two studies problem by problem: paired by what was asked, whatever it is called. */

import { expect, test } from 'vitest';
import { compareAnswers } from '../../../src/evaluate/answer-comparison';

const answer = (problemId: string, question: string, correct: boolean) => ({
  problemId,
  question,
  goldAnswer: '1',
  output: `${problemId} #### ${correct ? 1 : 2}`,
  correct,
});

test('counts what both were asked, and says what only one was', () => {
  const comparison = compareAnswers(
    [
      answer('a', 'A?', true),
      answer('b', 'B?', true),
      answer('c', 'C?', false),
      answer('d', 'D?', false),
    ],
    [
      answer('x', 'C?', true),
      answer('y', 'A?', true),
      answer('z', 'E?', true),
      answer('a', 'B?', false),
    ],
  );
  expect(comparison.counts).toMatchObject({
    bothRight: 1,
    onlyFirstRight: 1,
    onlySecondRight: 1,
    bothWrong: 0,
    difference: 0,
    pValue: 1,
  });
  expect(comparison).toMatchObject({ onlyFirst: 1, onlySecond: 1 });
  expect(comparison.pairs.map(({ problemId }) => problemId)).toEqual(['a', 'b', 'c']);
  expect(comparison.pairs[2]?.second).toEqual({ output: 'x #### 1', correct: true });
});

test('the same question with another answer is another problem', () => {
  const other = { ...answer('a', 'A?', true), goldAnswer: '7' };
  expect(() => compareAnswers([answer('a', 'A?', true)], [other])).toThrow(
    'Expected problems that both were asked, found none among 1 and 1',
  );
});
