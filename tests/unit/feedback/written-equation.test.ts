/** Equations as people and models write them: chained, with units, in brackets and in prose, and what is none. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readChain } from '../../../src/feedback/chain';
import { keyOf } from '../../../src/feedback/rational';
import { readProse } from '../../../src/feedback/written-equation';
import { processorSeconds } from './processor-time';

/** `left = computed, says stated` of the step's equation; why it cannot be read; or `none`. */
function read(text: string): string {
  const [step] = readChain(`${text} | #### 1`).steps;
  if (step === undefined || step.equation === null) return step?.unreadable ?? 'none';
  const { leftText, computed, stated } = step.equation;
  return `${leftText} = ${keyOf(computed)}, says ${keyOf(stated)}`;
}

describe('an equation in brackets', () => {
  it.each([
    ['sold [48/2=24] clips', '48/2 = 24, says 24'],
    ['sold [48 clips / 2 = 24 clips]', '48 clips / 2 = 24, says 24'],
    ['sold [$1,200 * 2=$2,400.00]', '$1,200 * 2 = 2400, says 2400'],
    ['took [50% of 20=10]', '50% of 20 = 10, says 10'],
    ['took [-4+6=2]', '-4+6 = 2, says 2'],
    ['took [2(3+4)=14]', '2(3+4) = 14, says 14'],
    // Chains: held together, gone on from, said the other way round, and broken.
    ['[2*12=24=24]', '2*12 = 24, says 24'],
    ['[(2+3)*4=5*4=20]', '(2+3)*4 = 20, says 20'],
    ['[48/2=24+48=72]', '(48/2)+48 = 72, says 72'],
    ['[48/2=24+48=72*2=144]', '((48/2)+48)*2 = 144, says 144'],
    ['[24=2*12=24]', '2*12 = 24, says 24'],
    ['[48/2=25+48=73]', '48/2 = 24, says 73'],
    ['[2*12=25=25]', '2*12 = 24, says 25'],
    ['[10/3=3.33=3.33]', '10/3 = 10/3, says 333/100'],
    // Only the result is in brackets.
    ['is 1/2*110 = [55=55]55', '1/2*110 = 55, says 55'],
    ['is 1/2*110 = $[56=56]56', '1/2*110 = 55, says 56'],
    ['so x = [9=9]9', '9 = 9, says 9'],
    ['is bikes + 12 - 18 = [45=45]45', '45 = 45, says 45'],
    ['is 25 / 1/3 = [75=75]', '75 = 75, says 75'],
    [
      '[3x+6=18]',
      'The left side of the equation cannot be read because "x" is not part of arithmetic.',
    ],
    [
      '[18=3y]',
      'The right side of the equation cannot be read because "y" is not part of arithmetic.',
    ],
    ['[4/0=2=2]', 'The left side of the equation cannot be read because it divides by zero.'],
  ])('%s: %s', (text, equation) => {
    expect(read(text)).toBe(equation);
  });
});

describe('an equation in prose', () => {
  it.each([
    ['so she has 5 + 3 = 8 pens', '5 + 3 = 8, says 8'],
    ['which is 16 hours + 6 hours = 22 hours', '16+6 = 22, says 22'],
    ['They spent $245/box x 400 boxes = $98,000', '245*400 = 98000, says 98000'],
    ['that is 5 days/week * 2 weeks = 10 days', '5*2 = 10, says 10'],
    ['so 48 / 2 = 24 + 48 = 72 clips', '(48 / 2) + 48 = 72, says 72'],
    ['so (2+3)*4 = 5*4 = 20', '(2+3)*4 = 20, says 20'],
    ['That leaves 10 = 30 - 20 = 10', '30 - 20 = 10, says 10'],
    ['so 100% - 80% = 20 %', '100%-80% = 1/5, says 1/5'],
    ['so 5 + 3 = 9 pens', '5 + 3 = 8, says 9'],
    // Only the end of a calculation, or none at all.
    ['half of 60 + 3 = 33', 'none'],
    ['so 8 x 1 1/2 = 12 rolls', 'none'],
    ['of 25 / 1/3 = 75', 'none'],
    ['so 3x + 6 = 18', 'none'],
    ['so 28 cups = 14 pints', 'none'],
    ['a total of 500 dollars', 'none'],
    ['at 10:30 = late', 'none'],
  ])('%s: %s', (text, equation) => {
    expect(read(text)).toBe(equation);
  });

  it('holds every side of a true chain together, whatever the numbers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('+', '*'), fc.integer({ min: 1, max: 20 })), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        (operations, start, bracketed) => {
          let value = BigInt(start);
          let text = `${start}`;
          for (const [sign, number] of operations) {
            value = sign === '+' ? value + BigInt(number) : value * BigInt(number);
            text = `${text} ${sign} ${number} = ${value}`;
          }
          const [step] = readChain(bracketed ? `[${text}]` : `so ${text}`).steps;
          const equation = step?.equation;
          return (
            equation !== null &&
            equation !== undefined &&
            keyOf(equation.computed) === `${value}` &&
            keyOf(equation.stated) === `${value}`
          );
        },
      ),
    );
  });

  it('takes linear time on hostile text', () => {
    const seconds = processorSeconds(() => {
      for (const piece of ['=', '1=', '1+1=', '(', '1 a', '1 of ', '1+1 = 2 + ', ' x', '1,'])
        expect(readProse(piece.repeat(20_000 / piece.length)).unreadable).toBeNull();
    });
    expect(seconds).toBeLessThan(3);
  });
});
