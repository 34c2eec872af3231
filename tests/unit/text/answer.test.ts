/** Final answers in their plain form. */

import { describe, expect, test } from 'vitest';
import { normalizeAnswer } from '../../../src/text/answer';

describe('normalizeAnswer', () => {
  test.each([
    ['72', '72'],
    [' 72 ', '72'],
    ['72.', '72'],
    ['1,080', '1080'],
    ['109,200,000', '109200000'],
    ['$5', '5'],
    ['-$5', '-5'],
    ['$-5', '-5'],
    ['\u22125', '-5'],
    ['+5', '5'],
    ['50%', '50'],
    ['50 %.', '50'],
    ['\u20ac1,234.50', '1234.5'],
    ['.5', '0.5'],
    ['-0', '0'],
    ['-0.00', '0'],
    ['007', '7'],
    ['0', '0'],
  ])('%s is %s', (written, plain) => {
    expect(normalizeAnswer(written)).toBe(plain);
  });

  test.each([
    '',
    ' ',
    'many',
    '3/4',
    '1,5',
    '10,00',
    '1,0800',
    '12 apples',
    '1e5',
    '1.2.3',
    '--5',
    '-',
    '.',
    'NaN',
    'Infinity',
    '\u0663',
    '__proto__',
    '1'.repeat(31),
    '9'.repeat(10_000_000),
  ])('%.20s is no answer', (written) => {
    expect(normalizeAnswer(written)).toBeNull();
  });
});
