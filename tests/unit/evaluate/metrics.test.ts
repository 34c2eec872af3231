/** Records, scores of a split, and the comparison of two methods. */

import { describe, expect, it } from 'vitest';
import { chainLength, comparePaired } from '../../../src/evaluate/comparison';
import { splitScores } from '../../../src/evaluate/metrics';
import { evaluateOutput } from '../../../src/evaluate/records';

const target = { targetTokens: 4, targetTokensRight: 3, loss: 2 };
const record = (id: string, difficulty: number, output: string, goldAnswer = '7') =>
  evaluateOutput({ id, difficulty, goldAnswer }, 'test', { output, tokens: 10 }, target);

describe('evaluateOutput', () => {
  it('reads answer, correctness, form and length', () => {
    expect(record('a', 2, 'Ann has [3+4=7] | #### 7')).toMatchObject({
      problemId: 'a',
      split: 'test',
      difficulty: 2,
      answer: '7',
      correct: true,
      wellFormed: true,
      steps: 1,
      tokens: 10,
      loss: 2,
    });
  });

  it.each([
    ['#### 7.00', true, true],
    ['7', false, false],
    ['#### 8', false, true],
    ['[3+4=7 | #### 7', true, false],
    ['', false, false],
  ])('%s: correct %s, well formed %s', (output, correct, wellFormed) => {
    expect(record('a', 1, output)).toMatchObject({ correct, wellFormed });
  });
});

describe('splitScores', () => {
  const records = [
    record('a', 10, '#### 7'),
    record('b', 2, '[1+1=2] | [2+5=7] | #### 7'),
    record('c', 2, 'no idea'),
    record('d', 2, '#### 8'),
  ];

  it('counts what the records say', () => {
    const scores = splitScores(records);
    expect(scores.problems).toBe(4);
    expect(scores.exactMatch).toMatchObject({ successes: 2, trials: 4, value: 0.5 });
    expect(scores.exactMatch.low).toBeCloseTo(0.15, 2);
    expect(scores.tokenAccuracy).toMatchObject({ successes: 12, trials: 16, value: 0.75 });
    expect(scores.flexibleExactMatch).toMatchObject({ successes: 2, trials: 4 });
    expect(scores.formatRate.value).toBe(0.75);
    expect(scores.loss).toBe(0.5);
    expect(scores.meanSteps).toBe(0.75);
    expect(scores.meanTokens).toBe(10);
    expect(scores.exactMatchByDifficulty['2']).toMatchObject({ successes: 1, trials: 3 });
    expect(Object.keys(scores.exactMatchByDifficulty)).toEqual(['2', '10']);
  });

  it('tells strict from flexible reading, and says nothing of records that lack the latter', () => {
    const bare = record('a', 1, 'so it is 7');
    const scores = splitScores([bare, record('b', 1, '#### 7')]);
    expect(scores.exactMatch.successes).toBe(1);
    expect(scores.flexibleExactMatch?.successes).toBe(2);
    const { correctFlexibly: _lacking, ...earlier } = bare;
    expect(splitScores([earlier])).not.toHaveProperty('flexibleExactMatch');
  });

  it('is plain numbers for an empty split', () => {
    const scores = splitScores([]);
    expect(scores).toMatchObject({
      problems: 0,
      loss: 0,
      meanSteps: 0,
      exactMatchByDifficulty: {},
    });
    expect(scores.exactMatch).toEqual({ successes: 0, trials: 0, value: 0, low: 0, high: 1 });
  });
});

describe('comparePaired', () => {
  const results = (rights: readonly boolean[]) =>
    rights.map((correct, index) => ({ problemId: `p${index}`, correct }));
  const answer = { method: 'answer' as const, records: results([true, true, false, false, false]) };
  const feedback = {
    method: 'feedback' as const,
    records: results([true, false, true, true, false]).reverse(),
  };

  it('pairs by problem, in any order', () => {
    const comparison = comparePaired(answer, feedback);
    expect(comparison).toMatchObject({
      first: 'answer',
      second: 'feedback',
      bothRight: 1,
      onlyFirstRight: 1,
      onlySecondRight: 2,
      bothWrong: 1,
      pValue: 1,
    });
    expect(comparison.difference).toBeCloseTo(0.2, 12);
    expect(comparison.low).toBeLessThan(0.2);
    expect(comparison.high).toBeGreaterThan(0.2);
  });

  it('refuses runs on different problems, and two runs of one method', () => {
    const shorter = { ...feedback, records: feedback.records.slice(1) };
    expect(() => comparePaired(answer, shorter)).toThrow(/same problems/);
    expect(() => comparePaired(shorter, answer)).toThrow(/same problems/);
    expect(() => comparePaired({ ...answer, records: [] }, feedback)).toThrow(/found none/);
    const doubled = { ...answer, records: [...answer.records, ...answer.records] };
    expect(() => comparePaired(doubled, feedback)).toThrow(/one record a problem/);
  });
});

describe('chainLength', () => {
  it('averages, and is 0 for nothing', () => {
    expect(
      chainLength([
        { steps: 2, tokens: 20 },
        { steps: 4, tokens: 30 },
      ]),
    ).toEqual({
      meanSteps: 3,
      meanTokens: 25,
    });
    expect(chainLength([])).toEqual({ meanSteps: 0, meanTokens: 0 });
  });
});
