/** Cleaning: what becomes a problem, and what is dropped for which reason. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  MAXIMUM_ANSWER_LENGTH,
  MAXIMUM_QUESTION_LENGTH,
  cleanRecords,
  countByReason,
  type CleaningOptions,
  type SeenQuestions,
} from '../../../src/data/cleaning';

const OPTIONS: CleaningOptions = {
  file: 'mine.jsonl',
  source: 'own',
  idPrefix: 'own-1',
  bareAnswers: true,
  isTest: false,
};

function clean(question: string, answer: string, options: Partial<CleaningOptions> = {}) {
  return cleanRecords([{ line: 7, question, answer }], { ...OPTIONS, ...options });
}

describe('cleanRecords', () => {
  test('writes the problem in plain text and in the grammar', () => {
    const { problems, dropped } = clean(
      '  How\u00a0many   of Bella\u2019s\n\u202eclips? ',
      'She sold 6 \u00d7 2 = <<6*2=12>>12 {clips}.\n\n1,000 more: <<1000+12=1012>>1012\n#### $1,012.',
    );
    expect(dropped).toEqual([]);
    expect(problems).toEqual([
      {
        id: 'own-1-7',
        source: 'own',
        question: "How many of Bella's clips?",
        goldRationale:
          'She sold 6 * 2 = [6*2=12]12 (clips). | 1,000 more: [1000+12=1012]1012 | #### 1012',
        goldAnswer: '1012',
        difficulty: 2,
      },
    ]);
  });

  test('a number alone is an answer where that is allowed', () => {
    expect(clean('Q?', '1,080').problems[0]).toMatchObject({
      goldRationale: '#### 1080',
      goldAnswer: '1080',
      difficulty: 0,
    });
    expect(clean('Q?', '1,080', { bareAnswers: false }).dropped[0]?.reason).toBe(
      'no final answer (####)',
    );
  });

  test.each([
    ['empty question', '', '#### 1'],
    ['empty question', ' \u200b\u202e\n', '#### 1'],
    ['question too long', 'a'.repeat(MAXIMUM_QUESTION_LENGTH + 1), '#### 1'],
    ['answer too long', 'Q?', `${'a'.repeat(MAXIMUM_ANSWER_LENGTH)}\n#### 1`],
    ['final answer is not a number', 'Q?', 'a\n#### many'],
    ['final answer is not a number', 'Q?', 'a\n####'],
    ['final answer is not a number', 'Q?', 'no mark and no number'],
    ['final answer is not a number', 'Q?', '#### 3/4'],
  ])('%s', (reason, question, answer) => {
    const { problems, dropped } = clean(question, answer);
    expect(problems).toEqual([]);
    expect(dropped).toMatchObject([{ file: 'mine.jsonl', line: 7, reason }]);
  });

  test.each([
    ['steps a line each', 'one [2+3=5]\n\ntwo', '5', 'one [2+3=5] | two | #### 5', 2],
    ['steps with bars', 'one | [2+3=5] two', '$5.00', 'one | [2+3=5] two | #### 5', 2],
    ['annotations', '2 + 3 = <<2+3=5>>5\r\nthus 5', '5', '2 + 3 = [2+3=5]5 | thus 5 | #### 5', 2],
    ['brackets that are no equation', 'ann [x=y] [sic]', '5', 'ann (x=y) (sic) | #### 5', 1],
    ['an answer of its own that agrees', 'one\n#### 5.0', '5', 'one | #### 5', 1],
    ['a marked answer', 'one', 'so #### 5', 'one | #### 5', 1],
    ['no step', '', '1,005', '#### 1005', 0],
  ])('a rationale of its own: %s', (_name, rationale, answer, goldRationale, difficulty) => {
    const record = { line: 7, question: 'Q?', answer, rationale };
    const { problems, lines, dropped } = cleanRecords([record], OPTIONS);
    expect(dropped).toEqual([]);
    expect(problems).toMatchObject([{ goldRationale, difficulty }]);
    expect(lines).toEqual([7]);
  });

  test.each([
    ['final answer is not a number', 'one\n#### 5', 'five'],
    ['final answer is not a number', 'one', ''],
    ['rationale and answer disagree', 'one\n#### 6', '5'],
    ['rationale and answer disagree', 'one\n#### many', '5'],
    ['rationale too long', 'a'.repeat(MAXIMUM_ANSWER_LENGTH + 1), '5'],
  ])('with a rationale of its own: %s', (reason, rationale, answer) => {
    const record = { line: 7, question: 'Q?', answer, rationale };
    expect(cleanRecords([record], OPTIONS).dropped).toMatchObject([{ line: 7, reason }]);
  });

  test('questions that differ only in case, punctuation and space are one; numbers and signs count', () => {
    const questions = ['Has 5 pens?', 'has  5 pens', 'HAS 5 PENS.', 'Has 6 pens?', 'Has -5 pens?'];
    const { problems, dropped } = cleanRecords(
      questions.map((question, index) => ({ line: index + 1, question, answer: '1' })),
      OPTIONS,
    );
    expect(problems.map(({ id }) => id)).toEqual(['own-1-1', 'own-1-4', 'own-1-5']);
    expect(dropped.map(({ line, reason, detail }) => [line, reason, detail])).toEqual([
      [2, 'duplicate question', 'The same question is on line 1 of mine.jsonl.'],
      [3, 'duplicate question', 'The same question is on line 1 of mine.jsonl.'],
    ]);
  });

  test('of equal questions in train and test, the test one stays', () => {
    const seen: SeenQuestions = new Map();
    const record = { line: 1, question: 'Q?', answer: '1' };
    const testOptions = { ...OPTIONS, file: 'test.jsonl', isTest: true };
    expect(cleanRecords([record], testOptions, seen).problems).toHaveLength(1);
    expect(cleanRecords([record], OPTIONS, seen).dropped[0]).toMatchObject({
      file: 'mine.jsonl',
      reason: 'duplicate of a test question',
    });
  });

  test('every record is a problem or is dropped, whatever it holds', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', '__proto__', '#### 1', 'a\n#### 5', '<<1=1>>\n####2', '####'),
    );
    fc.assert(
      fc.property(fc.array(fc.record({ question: text, answer: text })), (fields) => {
        const records = fields.map((field, index) => ({ line: index + 1, ...field }));
        const { problems, dropped } = cleanRecords(records, OPTIONS);
        expect(problems.length + dropped.length).toBe(records.length);
        const counts = Object.values(countByReason(dropped));
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(dropped.length);
      }),
      { numRuns: 500 },
    );
  });
});
