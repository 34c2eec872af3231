/** Which steps are linked to one, and where the next rejected step is. */

import { expect, test } from 'vitest';
import type { StepVerdict, Trace } from '../../../src/rationale/trace';
import { linksOf } from '../../../src/ui/dependency-lines';
import { nextRejectedStep } from '../../../src/ui/rejected-steps';

const stepOf = (verdict: StepVerdict['verdict'], dependsOn: number[] = []): StepVerdict => ({
  text: '',
  verdict,
  reason: null,
  message: '',
  outcomes: [],
  dependsOn,
});

test('a step is linked to those it takes from and to those that take from it', () => {
  const steps = [stepOf('kept'), stepOf('kept', [0]), stepOf('kept', [0, 1]), stepOf('kept', [2])];
  expect(linksOf(steps, 1)).toEqual([
    { from: 0, to: 1, kind: 'source' },
    { from: 1, to: 2, kind: 'use' },
  ]);
  expect(linksOf(steps, 3)).toEqual([{ from: 2, to: 3, kind: 'source' }]);
  expect(linksOf(steps, 9)).toEqual([]);
});

test('rejected steps are found in order, over the attempts of a trace', () => {
  const judged: Trace['judged'] = [
    { sample: 0, text: '', accepted: false, steps: [stepOf('rejected'), stepOf('kept')] },
    { sample: 1, text: '', accepted: false, steps: [stepOf('repaired'), stepOf('kept')] },
    { sample: 2, text: '', accepted: true, steps: [stepOf('kept'), stepOf('rejected')] },
  ];
  const trace: Trace = {
    studyId: 's',
    problemId: 'p',
    index: 0,
    split: 'train',
    question: '',
    goldRationale: '',
    goldAnswer: '',
    difficulty: 1,
    samples: [],
    judged,
    winnowed: null,
    provenance: null,
  };
  const first = nextRejectedStep(trace, null);
  expect(first).toEqual({ sample: 0, step: 0 });
  expect(nextRejectedStep(trace, first)).toEqual({ sample: 2, step: 1 });
  expect(nextRejectedStep(trace, { sample: 2, step: 1 })).toBeNull();
});
