/** The history of a trace, in sentences. */

import { describe, expect, it } from 'vitest';
import type {
  JudgedRationale,
  StepVerdict,
  TeacherSample,
  Trace,
} from '../../../src/rationale/trace';
import { traceHistory } from '../../../src/ui/trace-history';

const step = (verdict: StepVerdict['verdict'], reason: StepVerdict['reason']): StepVerdict => ({
  text: '[2+3=5]',
  verdict,
  reason,
  message: '',
  outcomes: [],
  dependsOn: [],
});
const kept = step('kept', null);
const wrong = step('rejected', 'arithmetic');

const sample = (number: number, changes: Partial<TeacherSample> = {}): TeacherSample => ({
  sample: number,
  temperature: number === 0 ? 0 : 0.7,
  text: '[2+3=5] | #### 5',
  tokens: 9,
  answer: '5',
  ...changes,
});
const judged = (
  number: number,
  accepted: boolean,
  steps: readonly StepVerdict[],
): JudgedRationale => ({ sample: number, text: '', steps, accepted });

const trace: Trace = {
  studyId: 'study',
  problemId: 'problem',
  index: 0,
  split: 'train',
  question: 'Two and three?',
  goldRationale: '[2+3=5] | #### 5',
  goldAnswer: '5',
  difficulty: 1,
  samples: [sample(0, { answer: '6' })],
  judged: [],
  winnowed: null,
  provenance: null,
};
const told = (changes: Partial<Trace>): string[] =>
  traceHistory({ ...trace, ...changes }).map(
    ({ title, sentence, good }) => `${title}: ${sentence} ${good}`,
  );

describe('traceHistory', () => {
  it('starts with what the teacher wrote', () => {
    expect(told({})).toEqual([
      'First attempt: The teacher took the likeliest token each time and answered 6, which is wrong. ' +
        'Feedback has not looked at it yet. null',
    ]);
  });

  it('goes on over every attempt to what is taught', () => {
    const samples = [
      sample(0, { answer: null }),
      sample(1, { answer: '6' }),
      sample(2, { hinted: true }),
    ];
    expect(
      told({
        samples,
        judged: [
          judged(0, false, [wrong]),
          judged(1, false, [kept, wrong, step('rejected', 'redundant')]),
          judged(2, true, [kept, step('repaired', 'off-topic')]),
        ],
        provenance: 'hinted',
      }),
    ).toEqual([
      'First attempt: The teacher took the likeliest token each time and gave no answer. ' +
        'Of 1 step: 0 kept, 1 rejected (wrong arithmetic). What is left does not lead to the gold answer. false',
      'Attempt 2: The teacher wrote again at temperature 0.7 and answered 6, which is wrong. ' +
        'Of 3 steps: 1 kept, 2 rejected (wrong arithmetic, redundant). What is left does not lead to the gold answer. false',
      'Attempt 3: The teacher, told the answer, wrote again at temperature 0.7 and answered 5, which is right. ' +
        'Of 2 steps: 1 kept, 1 repaired. What is left is verified. true',
      'What the student is taught: Attempt 3, without what was rejected in it. true',
    ]);
  });

  it.each([
    ['teacher', [judged(0, true, [kept])], 'First attempt, as it was written. true'],
    [
      'none',
      [judged(0, false, [wrong])],
      'No attempt could be used: the problem is left out. false',
    ],
    [
      'gold',
      [judged(0, false, [wrong])],
      'No attempt could be used: the author’s own solution takes its place. null',
    ],
  ] as const)('ends with %s', (provenance, judgements, sentence) => {
    expect(told({ judged: judgements, provenance }).at(-1)).toBe(
      `What the student is taught: ${sentence}`,
    );
  });

  it('goes on with what the student did after each round', () => {
    const rationale = '[2+3=5] | #### 5';
    const steps = [{ text: '[2+3=5]', loss: 1, continuation: '#### 6', reached: false }];
    const verified = { text: rationale, tokens: 9, rationale, logProbability: -3 };
    const unverified = { ...verified, rationale: null, logProbability: null };
    const round = { method: 'feedback', round: 1, rationale, steps };
    const [first, second, third] = told({
      studentRounds: [
        { ...round, continuations: [verified, unverified], next: { rationale, weights: [1.5] } },
        { ...round, round: 2, continuations: [], next: { rationale: '[3+2=5]', weights: [1] } },
        {
          ...round,
          round: 3,
          steps: [{ ...steps[0]!, reached: true }],
          continuations: [],
          next: null,
        },
      ],
    }).slice(1);
    expect(first).toBe(
      'After round 1 of training: The student failed at step 1 of 1. From there the teacher went on 2 times, 1 of them verified. ' +
        'The same rationale is taught again, what is hard in it with more weight. false',
    );
    expect(second).toContain('The teacher was not asked to go on. The likeliest of them');
    expect(third).toBe(
      'After round 3 of training: The student reached the result of every step by itself. true',
    );
  });
});
