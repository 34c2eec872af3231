/** The student's own feedback in closed form: failures, weights, the end of the rounds, and what a trace keeps of them. */

import { describe, expect, test } from 'vitest';
import { isFlat, lossMoments, reachesResult, stepWeight } from '../../../src/feedback/student-loop';
import {
  firstFailure,
  studentRounds,
  taughtAfter,
  type StudentRound,
} from '../../../src/rationale/student-round';

describe('reachesResult', () => {
  test.each([
    ['the next step gives it', 'so [3+4=7] 7 pens | #### 9', 'in all [4+3=7] 7', true],
    ['a later step gives it', '[2*5=10] | [3+4=7] | #### 9', '[4+3=7]', true],
    ['the answer gives it, without the step', '#### 7', '[4+3=7]', true],
    ['in another form', 'so [15/2=7.5] | #### 1', '[30/4=7.50]', true],
    ['another value', 'so [3+5=8] 8 pens | #### 8', '[4+3=7]', false],
    ['the value only as an operand', '[7+1=8] | #### 8', '[4+3=7]', false],
    ['nothing written', '', '[4+3=7]', false],
    ['a step without a value', '[3+4=7]', 'Now we add them up', null],
  ])('%s', (_, continuation, step, expected) => {
    expect(reachesResult(continuation, step)).toBe(expected);
  });
});

test('moments are those of the losses themselves', () => {
  expect(lossMoments([1, 2, 3, 6])).toEqual({ mean: 3, deviation: Math.sqrt(14 / 4) });
  expect(lossMoments([])).toEqual({ mean: 0, deviation: 0 });
});

test.each([
  ['an average step', 2, false, 1],
  ['one deviation harder', 3, false, 1.5],
  ['one deviation easier', 1, false, 0.5],
  ['average and failed', 2, true, 1.5],
  ['two deviations harder and failed, clipped', 4, true, 2],
  ['far easier, clipped', -3, false, 0.5],
  ['easier and failed', 1.5, true, 1.25],
])('%s', (_, loss, failed, weight) => {
  expect(stepWeight(loss, failed, { mean: 2, deviation: 1 })).toBe(weight);
});

test('equal losses weigh the same', () => {
  expect(stepWeight(2, false, lossMoments([2, 2, 2]))).toBe(1);
});

test.each([
  [[0.4], false],
  [[0.4, 0.3], false],
  [[0.4, 0.3, 0.4], true],
  [[0.4, 0.3, 0.5], false],
  [[0.4, 0.5, 0.3], false],
  [[0.4, 0.5, 0.5, 0.5], true],
])('after rounds with %j on validation there are no more: %s', (scores, flat) => {
  expect(isFlat(scores)).toBe(flat);
});

describe('the rounds of a trace', () => {
  const round = (patch: Partial<StudentRound>): StudentRound => ({
    method: 'feedback',
    round: 1,
    rationale: '[1+2=3] | #### 3',
    steps: [{ text: '[1+2=3]', loss: 0.5, continuation: '#### 3', reached: true }],
    continuations: [],
    next: { rationale: '[1+2=3] | #### 3', weights: [1] },
    ...patch,
  });
  const failed = { text: '[3+1=4]', loss: 1, continuation: '', reached: false };

  test('are none in a trace of before, and refused where they are something else', () => {
    expect(studentRounds({ problemId: 'p' })).toEqual([]);
    expect(studentRounds({ problemId: 'p', studentRounds: [round({})] })).toEqual([round({})]);
    const damaged = { problemId: 'p', studentRounds: [{ ...round({}), steps: [{ text: 3 }] }] };
    expect(() => studentRounds(damaged)).toThrow('problem p');
    expect(() => studentRounds(damaged)).toThrow('0.steps.0.text');
  });

  test('tell the first failure', () => {
    const [reached] = round({}).steps;
    expect(firstFailure(round({}))).toBeNull();
    expect(firstFailure(round({ steps: [{ ...reached!, reached: null }] }))).toBeNull();
    expect(firstFailure(round({ steps: [reached!, failed, failed] }))).toBe(1);
  });

  test('decide what later rounds of the same method teach', () => {
    const second = { rationale: '[2+1=3] | #### 3', weights: [2] };
    const rounds = [
      round({}),
      round({ method: 'other', round: 2, next: { rationale: 'x', weights: [] } }),
      round({ round: 2, next: second }),
      round({ round: 3, next: null }),
    ];
    expect(taughtAfter(rounds, 'feedback', 1)).toBeNull();
    expect(taughtAfter(rounds, 'feedback', 2)).toEqual(round({}).next);
    expect(taughtAfter(rounds, 'feedback', 4)).toEqual(second);
  });
});
