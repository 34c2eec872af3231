/** What goes wrong in a student's rationales, counted by the first wrong step. */

import { expect, test } from 'vitest';
import { studentErrors } from '../../../src/evaluate/error-taxonomy';
import { evaluateOutput } from '../../../src/evaluate/records';

const problem = {
  id: 'p',
  difficulty: 2,
  question: 'Ann buys 3 bags with 4 apples each and eats 2. How many are left?',
  goldRationale: 'bought [3*4=12] apples | left [12-2=10] | #### 10',
  goldAnswer: '10',
};

function chain(output: string) {
  const target = { targetTokens: 0, targetTokensRight: 0, loss: 0 };
  const record = evaluateOutput(problem, 'test', { output, tokens: 1 }, target);
  return { problem, output, answer: record.answer, correct: record.correct };
}

test('a wrong output counts once, by its first wrong step', () => {
  const errors = studentErrors([
    chain('bought [3*4=13] apples | left [13-2=11] | #### 11'),
    chain('bought [3*4=12] apples | left [12-2=9] | #### 9'),
    chain('bought [3*4=12] apples | left [12+2=14] | #### 14'),
    chain('bought [3*4 apples | #### 12'),
    chain('bought [3*4=12] apples | left [12-2=10]'),
    chain(''),
    chain('bought [3*4=12] apples | left [12-2=10] | #### 10'),
    chain('bought [3*4=11] apples | left [12-2=10] | #### 10'),
  ]);
  expect(errors.wrong).toBe(6);
  expect(errors.byReason).toMatchObject({ arithmetic: 2, malformed: 1, 'contradicts-gold': 2 });
  // One stops before it says what it found, one says nothing at all.
  expect(errors).toMatchObject({ withoutReason: 1, withoutAnswer: 2 });
  expect(errors).toMatchObject({ right: 2, rightWithWrongStep: 1 });
  const counted = Object.values(errors.byReason).reduce((sum, count) => sum + count, 0);
  expect(counted + errors.withoutReason).toBe(errors.wrong);
});

test('nothing comes of nothing', () => {
  expect(studentErrors([])).toMatchObject({ wrong: 0, right: 0, withoutReason: 0 });
});
