/** `ungrounded`: the step uses a number that comes from nowhere, and does not reach a value of the gold solution either. */

import { operandsUsed, resultsOf } from '../dependencies';
import { passed, reachesGoldValue, rejected } from '../evidence';
import type { Check, Evidence } from '../evidence';
import { UNIT_CONSTANTS } from '../grounding';
import { GROUNDING_SIGNALS, stepHelps } from '../likelihood/undecided';
import { absolute, describe, equal, keyOf } from '../rational';
import type { Rational } from '../rational';

function isGrounded(value: Rational, { facts, kept }: Evidence): boolean {
  const keys = [keyOf(value), keyOf(absolute(value))];
  return keys.some(
    (key) => facts.stated.forms.has(key) || kept.values.has(key) || UNIT_CONSTANTS.has(key),
  );
}

/** Where the number seems to come from. */
function originOf(value: Rational, { kept }: Evidence): string {
  const source = kept.rejectedValues.get(keyOf(value));
  return source === undefined
    ? 'is neither in the question nor the result of an earlier step'
    : `comes from step ${source + 1}, which is rejected`;
}

/**
 * A number that the gold solution computes and no step before this one has: a step was left out, or comes too late.
 * What this step's own prose computes (`half of 48 is 24, and [24+48=72]`) is no gap.
 */
function isMissingResult(value: Rational, { step, facts, kept }: Evidence): boolean {
  const key = keyOf(value);
  return (
    facts.gold?.computed.has(key) === true &&
    !kept.rejectedValues.has(key) &&
    // `x = [24=24]` gives the number rather than taking it.
    !resultsOf(step).some((result) => equal(result, value)) &&
    !step.told.some((mention) => equal(mention, value))
  );
}

export const ungrounded: Check = (evidence) => {
  const { step, facts } = evidence;
  const inGold = (value: Rational) => facts.gold?.values.has(keyOf(value)) === true;
  // The number that a bare `[24=24]` restates is its result; the numbers of plain prose are both.
  const operands =
    step.equation === null
      ? operandsUsed(step).filter((value) => !inGold(value))
      : step.equation.operands.map((operand) => operand.value);
  const unknown = operands.filter((value) => !isGrounded(value, evidence));
  const [first] = unknown;
  if (first === undefined) return passed('ungrounded');
  const score = 1 - unknown.length / operands.length;
  // Rules alone cannot tell whether a number in a sentence is taken or found.
  if (step.equation === null && facts.gold === null) return passed('ungrounded', score);
  // Gold solutions trip over the first signal in one step of twenty, hence the second; rules alone have only one.
  if (step.equation !== null && reachesGoldValue(step, facts)) {
    const missing = unknown.find((value) => isMissingResult(value, evidence));
    if (missing !== undefined)
      return rejected(
        'ungrounded',
        score,
        `${describe(missing)} is used before a step has found it.`,
      );
    if (stepHelps(evidence.likelihoods, GROUNDING_SIGNALS) !== false)
      return passed('ungrounded', score);
    return rejected(
      'ungrounded',
      score,
      `${describe(first)} ${originOf(first, evidence)}, and the step makes the right answer no likelier.`,
    );
  }
  return rejected('ungrounded', score, `${describe(first)} ${originOf(first, evidence)}.`);
};
