/** The expression parser against independent arithmetic, odd spellings and hostile input. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAXIMUM_EXPRESSION_DEPTH,
  canonicalForm,
  evaluateExpression,
  operandsOf,
  parseExpression,
} from '../../../src/feedback/expression';
import { keyOf } from '../../../src/feedback/rational';
import { processorSeconds } from './processor-time';

function valueOf(text: string): string | null {
  const { expression } = parseExpression(text);
  const value = expression === null ? null : evaluateExpression(expression);
  return value === null ? null : keyOf(value);
}

/** True where the text has the value of an unreduced fraction, or neither has one. */
function agrees(text: string, value: readonly [bigint, bigint] | null): boolean {
  const { expression } = parseExpression(text);
  if (expression === null) return false;
  const found = evaluateExpression(expression);
  if (found === null || value === null) return found === value;
  return found.numerator * value[1] === found.denominator * value[0];
}

/** An expression as text with its value as an unreduced fraction, or null where it divides by zero. */
interface Sample {
  readonly text: string;
  readonly value: readonly [bigint, bigint] | null;
}

const leaf = fc
  .tuple(fc.nat({ max: 9999 }), fc.nat({ max: 99 }), fc.boolean())
  .map(([whole, hundredths, decimal]): Sample =>
    decimal
      ? {
          text: `${whole}.${`${hundredths}`.padStart(2, '0')}`,
          value: [BigInt(whole * 100 + hundredths), 100n],
        }
      : { text: `${whole}`, value: [BigInt(whole), 1n] },
  );

const operations: Record<
  string,
  (a: readonly [bigint, bigint], b: readonly [bigint, bigint]) => readonly [bigint, bigint] | null
> = {
  '+': ([a, b], [c, d]) => [a * d + c * b, b * d],
  '-': ([a, b], [c, d]) => [a * d - c * b, b * d],
  '*': ([a, b], [c, d]) => [a * c, b * d],
  '/': ([a, b], [c, d]) => (c === 0n ? null : [a * d, b * c]),
};

const { tree } = fc.letrec<{ tree: Sample }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc
      .tuple(tie('tree'), fc.constantFrom('+', '-', '*', '/'), tie('tree'))
      .map(([left, sign, right]): Sample => {
        const apply = operations[sign];
        return {
          text: `(${left.text} ${sign} ${right.text})`,
          value:
            left.value === null || right.value === null || apply === undefined
              ? null
              : apply(left.value, right.value),
        };
      }),
    tie('tree').map(({ text, value }): Sample => ({
      text: `(-${text})`,
      value: value === null ? null : [-value[0], value[1]],
    })),
    tie('tree').map(({ text, value }): Sample => ({
      text: `${text}%`,
      value: value === null ? null : [value[0], value[1] * 100n],
    })),
  ),
}));

describe('evaluateExpression', () => {
  it('agrees with arithmetic written independently', () => {
    fc.assert(
      fc.property(
        tree.filter(({ text }) => text.length <= 200 && !text.includes('%%')),
        ({ text, value }) => agrees(text, value),
      ),
      { numRuns: 500 },
    );
  });

  it('binds products tighter than sums, from left to right, without brackets', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('+', '-', '*', '/'), fc.integer({ min: 1, max: 99 })), {
          minLength: 1,
          maxLength: 12,
        }),
        (terms) => {
          let sum: [bigint, bigint] = [0n, 1n];
          let product: [bigint, bigint] = [1n, 1n];
          for (const [sign, number] of terms) {
            const value = BigInt(number);
            if (sign === '*') product = [product[0] * value, product[1]];
            else if (sign === '/') product = [product[0], product[1] * value];
            else {
              sum = [sum[0] * product[1] + product[0] * sum[1], sum[1] * product[1]];
              product = [sign === '-' ? -value : value, 1n];
            }
          }
          sum = [sum[0] * product[1] + product[0] * sum[1], sum[1] * product[1]];
          const text = `1${terms.map(([sign, number]) => `${sign}${number}`).join('')}`;
          return agrees(text, sum);
        },
      ),
    );
  });

  it.each([
    ['48/2', '24'],
    ['9 x 4', '36'],
    ['9\u00d74\u00f76', '6'],
    ['80,000+50,000', '130000'],
    ['$5 * 3', '15'],
    ['20%*50', '10'],
    ['560//10', '56'],
    ['-14+-8+1', '-21'],
    ['3*+6', '18'],
    ['5\u22122', '3'],
    ['.5*18', '9'],
    ['2*(3+4)', '14'],
    ['0.1+0.2', '3/10'],
    ['1/3*3', '1'],
    ['((((7))))', '7'],
    ['4/0', null],
    ['4/(2-2)', null],
    ['', null],
    ['()', null],
    ['3+', null],
    ['*3', null],
    ['2(3)', '6'],
    ['(1+2)(3+4)', '21'],
    ['20%(50)', '10'],
    ['5+2(3)', '11'],
    ['5 apples + 3 apples', '8'],
    ['$3.50 per hour * 2 hours', '7'],
    ['$60/hour x 8 hours/day', '480'],
    ['$98/$49 per box', '2'],
    ['80\u00a2 * 2', '160'],
    ['50% of 20', '10'],
    ['3 times 4', '12'],
    ['apples 5', null],
    ['5 * apples', null],
    ['/hour', null],
    ['5 apples 3', null],
    ['(3)2', null],
    ['3x + 6', null],
    ['(2', null],
    ['2)', null],
    ['3x', null],
    ['x', null],
    ['1e9', null],
    ['2^3', null],
    ['1.2.3', null],
    ['constructor', null],
    ['__proto__', null],
    ['7 apples', '7'],
    ['apples', null],
    ['5%%', null],
  ])('%s is %s', (text, value) => {
    expect(valueOf(text)).toBe(value);
  });

  it('says what is wrong', () => {
    expect(parseExpression('3+').error).toBe('a number is missing at the end');
    expect(parseExpression('(2)3').error).toBe('an operator is missing before "3"');
    expect(parseExpression('so 3').error).toBe('"so" is not part of arithmetic');
    expect(parseExpression('2^3').error).toBe('"^" is not part of arithmetic');
    expect(parseExpression('(2').error).toBe('a bracket is not closed');
  });

  it('refuses depth and length at once, whatever is repeated', () => {
    const seconds = processorSeconds(() => {
      for (const piece of ['(', '-', '1+', '9', '1-(', '1*', ')', '%', '1,'])
        expect(parseExpression(piece.repeat(10_000_000 / piece.length)).expression).toBeNull();
    });
    expect(seconds).toBeLessThan(3);
    const depth = MAXIMUM_EXPRESSION_DEPTH;
    expect(valueOf(`${'('.repeat(depth)}1${')'.repeat(depth)}`)).toBe('1');
    expect(valueOf(`${'('.repeat(depth + 1)}1${')'.repeat(depth + 1)}`)).toBeNull();
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const { expression, error } = parseExpression(text);
        expect(expression === null).toBe(error !== null);
      }),
    );
  });
});

describe('canonicalForm', () => {
  const form = (text: string): string => {
    const { expression } = parseExpression(text);
    return expression === null ? '' : canonicalForm(expression);
  };

  it.each([
    ['4*3', '3 x 4'],
    ['(1+2)+3', '3+2+1'],
    ['10-4+2', '2+10-4'],
    ['6/2*3', '3*6/2'],
    ['1.50*2', '2*1.5'],
  ])('%s and %s are the same', (first, second) => {
    expect(form(first)).toBe(form(second));
  });

  it.each([
    ['6-4', '4-6'],
    ['6/2', '2/6'],
    ['2*3+4', '2*(3+4)'],
    ['10-(4+2)', '10-4+2'],
    ['5%', '5'],
  ])('%s and %s differ', (first, second) => {
    expect(form(first)).not.toBe(form(second));
  });
});

describe('operandsOf', () => {
  it('lists numbers with their places', () => {
    const { expression } = parseExpression('(12 + 3%)*-$4.5');
    const operands = expression === null ? [] : operandsOf(expression);
    expect(operands.map(({ value, start, end }) => [keyOf(value), start, end])).toEqual([
      ['12', 1, 3],
      ['3', 6, 7],
      ['9/2', 12, 15],
    ]);
  });
});
