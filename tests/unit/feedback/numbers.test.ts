/** Numbers of word problems, in digits and in words. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNumbers } from '../../../src/feedback/numbers';
import { keyOf } from '../../../src/feedback/rational';
import { processorSeconds } from './processor-time';

const read = (text: string): string =>
  readNumbers(text)
    .map(({ value, percent }) => `${keyOf(value)}${percent ? '%' : ''}`)
    .join(' ');

describe('readNumbers', () => {
  it.each([
    ['She has 16 eggs and eats three.', '16 3'],
    ['$1,234.50 or $.75', '2469/2 3/4'],
    ['a 20% discount, then five percent more', '20% 5%'],
    ['1/2 of 3/4', '1/2 3/4'],
    ['2 1/2 cups, 2-1/2 cups, 1\u00bd cups, \u00bc cup', '5/2 5/2 3/2 1/4'],
    ['2 and a half hours, seven and three quarters', '5/2 31/4'],
    ['twenty-five, thirty one, ninety-nine', '25 31 99'],
    ['one hundred and four', '104'],
    ['two thousand five hundred', '2500'],
    ['thirty five hundred', '3500'],
    ['2.5 million, 5 thousand', '2500000 5000'],
    ['two dozen and half a dozen', '24 6'],
    ['half of them, a third, two thirds, three-fourths', '1/2 1/3 2/3 3/4'],
    ['twice, thrice, double, triple, a couple', '2 3 2 3 2'],
    ['-4 degrees, 5-3, 10 - 2, (-7), $-3, -$6', '-4 5 3 10 2 -7 -3 -6'],
    ['from 10:30 to 5-10 on the 3rd', '10 30 5 10 3'],
    ['twenty twenty, one two three', '20 20 1 2 3'],
    ['one hundred two hundred', '102 100'],
    ['hundred hundred thousand', '100 100 1000'],
    ['someone often weights the phone', ''],
    ['Seven SEVEN', '7 7'],
    ['', ''],
    ['1,2,3 and 12,34', '1 2 3 12 34'],
    ['1/0', '1 0'],
    [`${'9'.repeat(60)} 5`, '5'],
    ['zero and zero', '0 0'],
    ['3 and 1/2 times, three and 1/2, 3 and 5/2', '7/2 7/2 3 5/2'],
    ['two and half dozen, 2 and a half million', '30 2500000'],
    ['two and half a dozen', '2 6'],
    ['a twelfth, five twentieths, three hundredths', '1/12 1/4 3/100'],
    ['\u2157 of 20k, 5 k', '3/5 20000 5'],
    ['7 per cent, 7 percentage points, 7 per box', '7% 7% 7'],
    ['two trillion', '2000000000000'],
  ])('%s: %s', (text, values) => {
    expect(read(text)).toBe(values);
  });

  it('keeps the parts that a solution may use on their own', () => {
    const parts = (text: string) => readNumbers(text).map((mention) => mention.parts.map(keyOf));
    expect(parts('2 1/2')).toEqual([['2', '1/2', '1', '2']]);
    expect(parts('two dozen')).toEqual([['2', '12']]);
    expect(parts('5')).toEqual([[]]);
    expect(parts('20k')).toEqual([['20', '1000']]);
  });

  it.each([
    ['1 hour 20 minutes', ['80', '4/3']],
    ['one hour and twenty minutes', ['80', '4/3']],
    ['5 feet, 6 inches', ['66', '11/2']],
    ['2 years, and 3 months', ['27', '9/4']],
    ['3 dollars and 5 cents', ['305', '61/20']],
    ['1 hour of 20 minutes', []],
    ['20 minutes 1 hour', []],
    ['5 apples 6 inches', []],
    ['1 hour, Ann said, 20 minutes', []],
  ])('adds up what is said in two units: %s', (text, whole) => {
    const [, second] = readNumbers(text);
    expect(second?.parts.map(keyOf)).toEqual(whole);
  });

  it('gives places that hold the number', () => {
    const text = 'Ann has twenty-five apples and 1/2 pear.';
    expect(readNumbers(text).map(({ start, end }) => text.slice(start, end))).toEqual([
      'twenty-five',
      '1/2',
    ]);
  });

  it('spells out whole numbers and reads them back', () => {
    const ones =
      'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
        ' ',
      );
    const tens = '- - twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
    const spell = (value: number): string => {
      if (value < 20) return ones[value] ?? '';
      if (value < 100)
        return `${tens[Math.floor(value / 10)]}${value % 10 === 0 ? '' : `-${ones[value % 10]}`}`;
      const [size, name] =
        value < 1000 ? ([100, 'hundred'] as const) : ([1000, 'thousand'] as const);
      const rest = value % size;
      return `${spell(Math.floor(value / size))} ${name}${rest === 0 ? '' : ` ${spell(rest)}`}`;
    };
    fc.assert(
      fc.property(fc.nat({ max: 999_999 }), (value) => {
        expect(read(spell(value))).toBe(`${value}`);
      }),
    );
  });

  it('takes linear time on hostile text', () => {
    const pieces = ['one hundred and ', '1/', 'and a half ', '9', ',', 'million ', '1 1/2 ', '1 '];
    const seconds = processorSeconds(() => {
      for (const piece of pieces) readNumbers(piece.repeat(100_000 / piece.length));
    });
    expect(seconds).toBeLessThan(15);
  });

  it('survives any text', () => {
    const words = fc.constantFrom(
      'one',
      'hundred',
      'million',
      'and',
      'a',
      'half',
      'dozen',
      '-',
      '1',
      '/',
      '%',
      '$',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 40 }), fc.constantFrom('', ' '), (list, gap) => {
        const text = list.join(gap);
        let end = 0;
        for (const mention of readNumbers(text)) {
          expect(mention.start).toBeGreaterThanOrEqual(end);
          expect(mention.end).toBeGreaterThan(mention.start);
          end = mention.end;
        }
      }),
    );
  });
});
