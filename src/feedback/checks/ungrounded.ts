/** `ungrounded`: the step uses a number that comes from nowhere, and does not reach a value of the gold solution either. */

import { operandsUsed, resultsOf } from '../dependencies';
import { passed, rejected } from '../evidence';
import type { Check, Evidence } from '../evidence';
import { UNIT_CONSTANTS } from '../grounding';
import { absolute, describe, keyOf } from '../rational';
import type { Rational } from '../rational';

function isGrounded(value: Rational, { facts, kept }: Evidence): boolean {
  const keys = [keyOf(value), keyOf(absolute(value))];
  return keys.some(
    (key) => facts.stated.forms.has(key) || kept.values.has(key) || UNIT_CONSTANTS.has(key),
  );
}

export const ungrounded: Check = (evidence) => {
  const { step, facts } = evidence;
  const inGold = (value: Rational) => facts.goldValues.has(keyOf(value));
  const results = resultsOf(step);
  // The number that a bare `[24=24]` restates is its result; the numbers of plain prose are both.
  const operands =
    step.equation === null
      ? operandsUsed(step).filter((value) => !inGold(value))
      : step.equation.operands.map((operand) => operand.value);
  const unknown = operands.filter((value) => !isGrounded(value, evidence));
  const [first] = unknown;
  if (first === undefined) return passed('ungrounded');
  const score = 1 - unknown.length / operands.length;
  // Gold solutions trip over the first signal in one step of twenty, hence the second.
  if (step.equation !== null && results.some(inGold)) return passed('ungrounded', score);
  return rejected(
    'ungrounded',
    score,
    `${describe(first)} is neither in the question nor the result of an earlier step.`,
  );
};
