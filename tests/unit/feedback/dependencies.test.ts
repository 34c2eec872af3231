/** The dependency graph and the backward slice, on chains where a value could come from several places. */

import { describe, expect, it } from 'vitest';
import { readChain } from '../../../src/feedback/chain';
import {
  answeringStep,
  backwardSlice,
  dependenciesOf,
  isAnswer,
} from '../../../src/feedback/dependencies';
import { statedNumbers } from '../../../src/feedback/grounding';
import { keyOf, rational } from '../../../src/feedback/rational';

const graph = (text: string, question = '') =>
  dependenciesOf(readChain(text), statedNumbers(question));
const sources = (text: string, question = '') => graph(text, question).map((node) => node.sources);

describe('dependenciesOf', () => {
  it('takes the latest result', () => {
    expect(sources('[1+1=2] | [2+3=5] | [7-2=5] | [5*9=45]')).toEqual([[], [0], [0], [2]]);
  });

  it('takes one result for each use where there are two', () => {
    expect(sources('[2*5=10] | [2*5=10] | [10+10=20]')).toEqual([[], [], [0, 1]]);
    expect(sources('[2*5=10] | [4+6=10] | [10*3=30] | [10*4=40] | [30+40=70]')).toEqual([
      [],
      [],
      [1],
      [0],
      [2, 3],
    ]);
  });

  it('prefers a step to the same number of the question, but no other form of it', () => {
    expect(sources('[20/2=10] | [10*3=30]', '20 boys and 10 girls')).toEqual([[], [0]]);
    expect(sources('[100*3=300] | [3+4=7]', '3 boys and 4 girls for 100 dollars')).toEqual([
      [],
      [],
    ]);
  });

  it('finds hundredths, complements, shares and roundings of a result', () => {
    expect(sources('[10+15=25] | [80*0.25=20]')[1]).toEqual([0]);
    expect(sources('[10+15=25] | [80*.75=60]')[1]).toEqual([0]);
    expect(sources('[3/8=0.375] | [80*3/8=30]')[1]).toEqual([0]);
    expect(sources('[100/3=33.33] | [34*5=170]')[1]).toEqual([0]);
  });

  it('reads what the prose before an equation names', () => {
    expect(sources('[6*7=42] | half of the 42 pens is 2 boxes [8*9=72]')).toEqual([[], [0]]);
    expect(sources('[6*7=42] | so 42 + 1 is [43=43]')).toEqual([[], [0]]);
    expect(sources('[6*7=42] | she has 42 pens | she sold 13 | [42-13=29]')).toEqual([
      [],
      [0],
      [],
      [0, 2],
    ]);
  });

  it('lists numbers of unknown origin', () => {
    const [first] = graph('[17*60-5=1015]', 'five pens');
    expect(first?.unexplained.map(keyOf)).toEqual(['17']);
  });
});

describe('backwardSlice', () => {
  const slice = (text: string, question: string, answer: number) => {
    const chain = readChain(text);
    const target = answeringStep(chain, rational(answer));
    return target === null
      ? null
      : [...backwardSlice(chain, dependenciesOf(chain, statedNumbers(question)), target)].sort(
          (first, second) => first - second,
        );
  };

  it('follows the results back from the answer', () => {
    expect(slice('[6*4=24] | [24*2=48] | [24-5=19] | [19+48=67]', '6 4 5', 19)).toEqual([0, 2]);
  });

  it('takes everything before a number of unknown origin', () => {
    expect(slice('[6*4=24] | [6+4=10] | [37-5=32]', '6 4 5', 32)).toEqual([0, 1, 2]);
  });

  it('never leaves out a sentence, nor what it names', () => {
    expect(slice('[6*4=24] | so 24 pens | [6+4=10] | [6-4=2] | [5+4=9]', '6 4 5', 9)).toEqual([
      0, 1, 4,
    ]);
  });

  it('is nothing where no step gives the answer', () => {
    expect(slice('[6*4=24]', '6 4', 25)).toBeNull();
  });

  it('follows a long chain without exhausting the stack', () => {
    const text = Array.from(
      { length: 100 },
      (_, index) => `[${index + 1000}+1=${index + 1001}]`,
    ).join(' | ');
    expect(slice(text, '1000', 1100)).toHaveLength(100);
  });
});

describe('answeringStep', () => {
  it('takes the last step with the answer, then roundings, then cents and percents', () => {
    const step = (text: string, answer: number) => answeringStep(readChain(text), rational(answer));
    expect(step('[3+4=7] | [8-1=7] | [7+1=8]', 7)).toBe(1);
    expect(step('[15/4=3.75] | [2+2=4.0]', 4)).toBe(1);
    expect(step('[15/4=3.75] | [2+3=5]', 4)).toBe(0);
    expect(step('[1/4=0.25]', 25)).toBe(0);
    expect(step('she needs 4 days', 4)).toBe(0);
    expect(step('[3+4=7]', 9)).toBeNull();
  });

  it('rounds only what is no whole number', () => {
    expect(isAnswer(rational(15, 4), rational(3))).toBe(true);
    expect(isAnswer(rational(15, 4), rational(4))).toBe(true);
    expect(isAnswer(rational(15, 4), rational(5))).toBe(false);
    expect(isAnswer(rational(-15, 4), rational(-4))).toBe(true);
    expect(isAnswer(rational(4), rational(5))).toBe(false);
  });
});
