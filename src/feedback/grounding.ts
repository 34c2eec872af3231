/** Where a number of a step may come from: the question, an earlier result, a percent form of either, or a unit constant. */

import {
  HUNDRED,
  ONE,
  absolute,
  add,
  divide,
  isInteger,
  keyOf,
  multiply,
  rational,
  subtract,
} from './rational';
import { readNumbers } from './numbers';
import type { Rational } from './rational';

/**
 * Numbers nobody needs to state: days, months, hours, minutes, seconds, inches, feet, yards, ounces, pounds,
 * cents, angles, and the halves and percents of everyday arithmetic.
 */
export const UNIT_CONSTANTS: ReadonlySet<string> = new Set(
  [
    0, 1, 2, 3, 4, 7, 10, 12, 16, 24, 30, 31, 52, 60, 90, 100, 180, 360, 365, 366, 1000, 2000, 3600,
    5280,
  ]
    .map((constant) => keyOf(rational(constant)))
    .concat([keyOf(rational(1, 2)), keyOf(rational(1, 100))]),
);

const reciprocal = (value: Rational): Rational[] => {
  const result = divide(ONE, value);
  return result === null ? [] : [result];
};

/** `value` hundredths, and what is left or reached after taking them off or adding them, as share and as percent. */
function percentForms(value: Rational): Rational[] {
  const share = multiply(value, rational(1, 100));
  return [
    share,
    subtract(ONE, share),
    add(ONE, share),
    subtract(HUNDRED, value),
    add(HUNDRED, value),
  ];
}

/** A share such as 3/4: its terms, its complement, its percent. */
function shareForms(value: Rational): Rational[] {
  return [
    rational(value.numerator),
    rational(value.denominator),
    rational(value.denominator - value.numerator),
    subtract(ONE, value),
    add(ONE, value),
    multiply(value, HUNDRED),
    ...reciprocal(value),
  ];
}

/**
 * The other shapes in which a later step may use a value: hundredths (cents as dollars, percents), shares and
 * their complements, and the whole numbers next to a fraction.
 */
export function formsOf(value: Rational, percent: boolean): Rational[] {
  const forms = [value, absolute(value), multiply(value, rational(1, 100))];
  if (percent) forms.push(...percentForms(value));
  if (!isInteger(value)) {
    forms.push(...shareForms(value));
    const below = rational(value.numerator / value.denominator);
    forms.push(below, add(below, ONE));
  }
  return forms;
}

/** The numbers of a question, as keys. */
export interface StatedNumbers {
  /** As the question has them. */
  readonly literal: ReadonlySet<string>;
  /** In every form, the literal one included. */
  readonly forms: ReadonlySet<string>;
}

/** Reads the numbers a question states. */
export function statedNumbers(question: string): StatedNumbers {
  const literal = new Set<string>();
  const forms = new Set<string>();
  for (const mention of readNumbers(question))
    for (const value of [mention.value, ...mention.parts]) {
      literal.add(keyOf(value));
      for (const form of formsOf(value, mention.percent)) forms.add(keyOf(form));
    }
  return { literal, forms };
}
