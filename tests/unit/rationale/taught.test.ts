/** What is taught after verdicts by hand, and that without them it is what the feedback module decided. */

import { expect, test } from 'vitest';
import { winnow } from '../../../src/feedback/repair';
import { judgeByHand, taughtAttempt, type HandVerdict } from '../../../src/rationale/taught';
import type { TeacherSample, Trace } from '../../../src/rationale/trace';

const PROBLEM = {
  question:
    'Mia packs 3 boxes of 4 pears and 3 boxes of 5 plums. She eats 2 pears. How many pears are left?',
  goldRationale: '[3*4=12] pears | [12-2=10] left | #### 10',
  goldAnswer: '10',
};
const GOOD = 'She packs [3*4=12] 12 pears | So [12-2=10] 10 are left | #### 10';
const TRIMMED =
  'She packs [3*4=12] 12 pears | And [3*5=15] 15 plums | So [12-2=10] 10 are left | #### 10';
const WRONG = 'She packs [3*4=13] 13 pears | So [13-2=11] 11 are left | #### 11';

function traceOf(texts: readonly string[], goldFallback = true): Trace {
  const samples = texts.map((text, sample): TeacherSample => ({
    sample,
    temperature: sample === 0 ? 0 : 0.7,
    text,
    tokens: 20,
    answer: text.split('#### ')[1] ?? null,
  }));
  return {
    studyId: 'study-1',
    problemId: 'p',
    index: 0,
    split: 'train',
    difficulty: 2,
    ...PROBLEM,
    samples,
    ...winnow(samples, PROBLEM, { goldFallback, trimRedundant: true }),
  };
}

const judge = (trace: Trace, verdict: HandVerdict, goldFallback = true) =>
  judgeByHand(trace, verdict, goldFallback);

test.each([
  ['as written', [GOOD]],
  ['trimmed', [TRIMMED]],
  ['resampled', [WRONG, GOOD]],
  ['gold', [WRONG]],
])('a verdict that is taken back leaves the trace as it was: %s', (_name, texts) => {
  const before = traceOf(texts);
  const there = judge(before, { sample: 0, step: 0, verdict: 'rejected' });
  expect(there).not.toEqual(before);
  expect(judge(there, { sample: 0, step: 0, verdict: null })).toEqual(before);
});

test('a step that is kept by hand is taught, and recorded as such', () => {
  const before = traceOf([TRIMMED]);
  expect(before.provenance).toBe('teacher-trimmed');
  const after = judge(before, { sample: 0, step: 1, verdict: 'kept' });
  expect(after.judged[0]?.steps[1]).toMatchObject({ verdict: 'rejected', byHand: 'kept' });
  expect(after).toMatchObject({ winnowed: TRIMMED, provenance: 'by-hand' });
});

test('a step that is rejected by hand is not taught', () => {
  const after = judge(traceOf([GOOD]), { sample: 0, step: 0, verdict: 'rejected' });
  expect(after).toMatchObject({
    winnowed: 'So [12-2=10] 10 are left | #### 10',
    provenance: 'by-hand',
  });
});

test('an attempt with another answer, or without a step, is never taught', () => {
  const wrong = judge(traceOf([WRONG, GOOD]), { sample: 0, step: 0, verdict: 'kept' });
  expect(taughtAttempt(wrong)?.sample).toBe(1);
  expect(wrong.provenance).toBe('resampled');
  const first = judge(traceOf([GOOD], false), { sample: 0, step: 0, verdict: 'rejected' }, false);
  const none = judge(first, { sample: 0, step: 1, verdict: 'rejected' }, false);
  expect(none).toMatchObject({ winnowed: null, provenance: 'none' });
});

test('a step that does not exist is refused in a sentence', () => {
  expect(() => judge(traceOf([GOOD]), { sample: 0, step: 7, verdict: 'kept' })).toThrow(
    /judged step 8 of attempt 1/,
  );
});
