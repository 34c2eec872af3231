/** Reading and comparing final answers. */

import { describe, expect, it } from 'vitest';
import { readAnswer, readAnswerFlexible, sameAnswer } from '../../../src/evaluate/answer';
import { processorSeconds } from '../feedback/processor-time';

describe('readAnswer', () => {
  it.each([
    ['so [48+24=72] 72 | #### 72', '72'],
    ['#### 1,080', '1080'],
    ['#### 72.', '72'],
    ['#### $5.50', '5.5'],
    ['#### -$3', '-3'],
    ['#### $-3', '-3'],
    ['#### \u22123', '-3'],
    ['#### 50%', '50'],
    ['#### 72 clips altogether', '72'],
    ['####72', '72'],
    ['#### .5', '0.5'],
    ['#### 0007', '7'],
    ['#### 1/2', '0.5'],
    ['#### 1/3', '1/3'],
    ['#### 4 | more #### 5', '4'],
    ['#### 70000.00', '70000'],
  ])('%s gives %s', (output, answer) => {
    expect(readAnswer(output)).toBe(answer);
  });

  it.each([
    'the answer is 72',
    '####',
    '#### about 72',
    '#### seventy-two',
    '### 72',
    '#### 1/0',
    '#### 1,08',
    `#### ${'9'.repeat(500)}`,
    '',
  ])('%s has no answer', (output) => {
    expect(readAnswer(output)).toBeNull();
  });
});

describe('readAnswerFlexible', () => {
  it.each([
    ['first 3, then #### 4 and 5', '4'],
    ['She has 3 + 4 = 7 apples.', '7'],
    ['the difference is -12', '-12'],
    ['that is 5-3', '3'],
    ['it costs $1,234.50.', '1234.5'],
    ['no number', null],
  ])('%s gives %s', (output, answer) => {
    expect(readAnswerFlexible(output)).toBe(answer);
  });

  it('takes linear time on hostile text', () => {
    const seconds = processorSeconds(() => {
      for (const piece of ['9', '9,', '-', '1/', '#', '####', '.5', ' $'])
        readAnswerFlexible(piece.repeat(10_000_000 / piece.length));
    });
    expect(seconds).toBeLessThan(5);
  });
});

describe('sameAnswer', () => {
  it.each([
    ['72', '72.0', true],
    ['0.5', '1/2', true],
    ['1080', '1,080', true],
    ['$5', '5', true],
    ['50%', '50', true],
    ['72.', '72', true],
    ['-0', '0', true],
    ['0.1', '0.10000000000000001', false],
    ['72', '-72', false],
    ['72', null, false],
    [null, null, false],
    ['x', 'x', false],
    ['', '', false],
  ])('%s and %s: %s', (first, second, same) => {
    expect(sameAnswer(first, second)).toBe(same);
    expect(sameAnswer(second, first)).toBe(same);
  });
});
