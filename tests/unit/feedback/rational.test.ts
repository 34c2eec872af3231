/** Exact fractions. */

import fc from 'fast-check';
import { describe as group, expect, it } from 'vitest';
import {
  add,
  compare,
  describe,
  divide,
  equal,
  exactDecimal,
  floor,
  keyOf,
  multiply,
  parseDecimal,
  rational,
  subtract,
} from '../../../src/feedback/rational';

const whole = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
const fraction = fc
  .tuple(
    whole,
    whole.filter((value) => value !== 0n),
  )
  .map(([numerator, denominator]) => rational(numerator, denominator));

group('rational', () => {
  it('keeps lowest terms and a positive denominator', () => {
    expect(rational(6, -4)).toEqual({ numerator: -3n, denominator: 2n });
    expect(rational(0, -7)).toEqual({ numerator: 0n, denominator: 1n });
    expect(() => rational(1, 0)).toThrow(/other than zero/);
  });

  it('obeys the laws of arithmetic', () => {
    fc.assert(
      fc.property(fraction, fraction, fraction, (a, b, c) => {
        expect(equal(add(a, b), add(b, a))).toBe(true);
        expect(equal(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c)))).toBe(true);
        expect(equal(subtract(add(a, b), b), a)).toBe(true);
        const quotient = divide(a, b);
        const undone = quotient === null ? null : multiply(quotient, b);
        expect(undone).toEqual(b.numerator === 0n ? null : a);
        expect(compare(a, b)).toBe(-compare(b, a) + 0);
        expect(keyOf(a) === keyOf(b)).toBe(equal(a, b));
        const below = floor(a);
        expect(compare(below, a) <= 0 && compare(add(below, rational(1)), a) > 0).toBe(true);
      }),
    );
  });

  it('reads back every decimal it writes', () => {
    fc.assert(
      fc.property(whole, fc.integer({ min: 0, max: 9 }), (digits, places) => {
        const value = rational(digits, 10n ** BigInt(places));
        const text = exactDecimal(value);
        expect(text).not.toBeNull();
        expect(text).not.toMatch(/\.\d*0$|\.$/);
        expect(parseDecimal(text ?? '')).toEqual(value);
      }),
    );
  });

  it.each([
    ['72', '72'],
    ['-3.50', '-7/2'],
    ['.5', '1/2'],
    ['7.', '7'],
    ['1,234.5', '2469/2'],
    ['-0', '0'],
    ['', null],
    ['-', null],
    ['.', null],
    ['1,23', null],
    ['12,34,567', null],
    ['1e5', null],
    ['0x10', null],
    ['\u0661', null],
    [' 1', null],
    ['9'.repeat(41), null],
    ['9'.repeat(1_000_000), null],
  ])('parseDecimal %s', (text, key) => {
    const value = parseDecimal(text);
    expect(value === null ? null : keyOf(value)).toBe(key);
  });

  it('describes values as people write them', () => {
    expect(
      [rational(7, 2), rational(10, 3), rational(-2, 3), rational(1, 100_000)].map(describe),
    ).toEqual(['3.5', 'about 3.3333', 'about -0.6667', 'about 0']);
  });
});
