/** `arithmetic`: the left side of the equation does not give the right side, or the text goes on with another number. */

import { passed, rejected } from '../evidence';
import type { Check } from '../evidence';
import {
  HUNDRED,
  absolute,
  add,
  agreesWithin,
  describe,
  divide,
  multiply,
  subtract,
} from '../rational';
import type { Rational } from '../rational';

/** Shortest description of a left side: `9 x 4` for `9*4`. */
export const readable = (left: string): string =>
  left
    .replace(/\s+/g, '')
    .replace(/[*x\u00d7]/gi, ' x ')
    .replace(/([\d)%])([-+/])/g, '$1 $2 ');

/** 1 for equal values, falling to 0 as they get further apart. */
function closeness(first: Rational, second: Rational): number {
  const size = add(absolute(first), absolute(second));
  const share = divide(absolute(subtract(first, second)), size);
  if (share === null) return 1;
  // Scaled before the conversion, since the parts alone may be beyond what a number holds.
  return 1 - Number((share.numerator * 10_000n) / share.denominator) / 10_000;
}

export const arithmetic: Check = ({ step }) => {
  if (step.equation === null) return passed('arithmetic');
  const { computed, stated, unit, leftText } = step.equation;
  const score = closeness(computed, stated);
  // `3/21 * 100% = 14.29` counts the percent sign as a unit.
  const inPercent =
    leftText.includes('%') && agreesWithin(multiply(computed, HUNDRED), stated, unit);
  if (!agreesWithin(computed, stated, unit) && !inPercent)
    return rejected(
      'arithmetic',
      Math.min(score, 0.99),
      `${readable(leftText)} is ${describe(computed)}, the step says ${describe(stated)}.`,
    );
  const [echo] = step.echoed;
  if (echo !== undefined && !step.echoed.some((value) => agreesWithin(stated, value, unit)))
    return rejected(
      'arithmetic',
      Math.min(closeness(stated, echo), 0.99),
      `The equation gives ${describe(stated)}, the text after it says ${describe(echo)}.`,
    );
  return passed('arithmetic', score);
};
