/** The line of a trace: what examinations between rounds made of its problem. */

import { expect, test } from 'vitest';
import { traceRowRecord } from '../../../src/storage/trace-row';
import type { Trace } from '../../../src/rationale/trace';

const TRACE: Trace = {
  studyId: 'study',
  problemId: 'problem',
  index: 0,
  split: 'train',
  question: 'How many?',
  goldRationale: '[1+1=2] | #### 2',
  goldAnswer: '2',
  difficulty: 1,
  samples: [],
  judged: [],
  winnowed: '[1+1=2] | #### 2',
  provenance: 'gold',
};

function examined(...rounds: readonly { reached: boolean; next: string | null }[]) {
  return traceRowRecord({
    ...TRACE,
    studentRounds: rounds.map(({ reached, next }, index) => ({
      method: 'feedback',
      round: index + 1,
      rationale: '[1+1=2] | #### 2',
      steps: [{ text: '[1+1=2]', loss: 1, continuation: '', reached }],
      continuations: [],
      next: next === null ? null : { rationale: next, weights: [1] },
    })),
  }).loop;
}

test('a problem that no student was examined on has none', () => {
  expect(traceRowRecord(TRACE).loop).toEqual([]);
});

test('one failed step in any round is a failure, and other words are a change', () => {
  const same = '[1+1=2] | #### 2';
  expect(examined({ reached: true, next: same })).toEqual(['passed']);
  expect(examined({ reached: true, next: same }, { reached: false, next: null })).toEqual([
    'failed',
  ]);
  expect(examined({ reached: false, next: '[2*1=2] | #### 2' })).toEqual(['changed', 'failed']);
});
