/** Repair and the decision over a problem's samples. */

import { describe, expect, it } from 'vitest';
import { needsAnotherSample, repairRationale, winnow } from '../../../src/feedback/repair';
import type { TeacherSample } from '../../../src/rationale/trace';

const context = {
  question: 'Ann has 6 bags with 4 apples each. She eats 5 apples. How many apples are left?',
  goldRationale: 'Ann has [6*4=24] apples | [24-5=19] apples are left | #### 19',
  goldAnswer: '19',
};
const right = 'Ann has [6*4=24] apples | [24-5=19] apples are left | #### 19';
const wordy =
  'Ann has [6*4=24] apples | twice that is [24*2=48] | [24-5=19] apples are left | #### 19';
const wrong = 'Ann has [6+4=10] apples | [10-5=5] apples are left | #### 5';

const sample = (index: number, text: string): TeacherSample => ({
  sample: index,
  temperature: index === 0 ? 0 : 0.7,
  text,
  tokens: 20,
  answer: null,
});
const options = { goldFallback: true, trimRedundant: true };

describe('repairRationale', () => {
  it('leaves a right rationale, trims a wordy one, gives up on a wrong one', () => {
    expect(repairRationale(right, context)).toMatchObject({ rationale: right, changed: false });
    expect(repairRationale(wordy, context)).toMatchObject({ rationale: right, changed: true });
    expect(repairRationale(wrong, context).rationale).toBeNull();
  });

  it('writes the gold answer in its plain form', () => {
    expect(repairRationale(right.replace('#### 19', '#### $19.00'), context).rationale).toBe(right);
  });
});

describe('winnow', () => {
  it.each([
    [[right], 'teacher', right],
    [[wordy], 'teacher-trimmed', right],
    [[wrong, wordy], 'resampled', right],
    [[wrong, wrong], 'gold', context.goldRationale],
    [[], 'gold', context.goldRationale],
  ])('%j has provenance %s', (texts, provenance, winnowed) => {
    const result = winnow(
      texts.map((text, index) => sample(index, text)),
      context,
      options,
    );
    expect(result).toMatchObject({ provenance, winnowed });
    expect(result.judged.map((judged) => judged.text)).toEqual(texts);
  });

  it('has nothing without the fallback', () => {
    const result = winnow([sample(0, wrong)], context, { ...options, goldFallback: false });
    expect(result).toMatchObject({ provenance: 'none', winnowed: null });
    expect(result.judged[0]?.accepted).toBe(false);
  });

  it('keeps redundant steps where they are only to be marked', () => {
    const result = winnow([sample(0, wordy)], context, { ...options, trimRedundant: false });
    expect(result).toMatchObject({ provenance: 'teacher', winnowed: wordy });
  });

  it('prefers the first usable sample, whatever comes after it', () => {
    const result = winnow([sample(0, wordy), sample(1, right)], context, options);
    expect(result.provenance).toBe('teacher-trimmed');
    expect(result.judged).toHaveLength(2);
  });
});

describe('needsAnotherSample', () => {
  const judged = (...texts: string[]) =>
    winnow(
      texts.map((text, index) => sample(index, text)),
      context,
      options,
    ).judged;

  it('asks until one is usable or the samples are spent', () => {
    expect(needsAnotherSample([], 0)).toBe(true);
    expect(needsAnotherSample(judged(right), 3)).toBe(false);
    expect(needsAnotherSample(judged(wrong), 0)).toBe(false);
    expect(needsAnotherSample(judged(wrong), 1)).toBe(true);
    expect(needsAnotherSample(judged(wrong, wrong), 1)).toBe(false);
    expect(needsAnotherSample(judged(wrong, right), 5)).toBe(false);
  });
});
