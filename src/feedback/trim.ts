/** Takes the rejected steps out of a chain, writing their values into later steps where those need them. */

import type { Assessment } from './assess';
import { HARMLESS_REASONS } from './evidence';
import { UNIT_CONSTANTS } from './grounding';
import type { StatedNumbers } from './grounding';
import { resultsOf } from './dependencies';
import { equal, keyOf } from './rational';
import type { Rational } from './rational';

export interface TrimmedStep {
  /** Index in the chain as it was written. */
  readonly index: number;
  readonly text: string;
  /** Indices of the removed steps whose calculation was written into this one. */
  readonly merged: readonly number[];
}

export interface Trimmed {
  readonly steps: readonly TrimmedStep[];
  /** Indices of the steps that were taken out. */
  readonly removed: readonly number[];
}

export interface TrimOptions {
  /** Delete redundant steps; otherwise they stay and are only marked. */
  readonly trimRedundant: boolean;
}

/** One removed calculation that may take the place of its result. */
interface Substitute {
  readonly index: number;
  readonly value: Rational;
  readonly leftText: string;
}

/** Longest equation that merging may make; a longer one teaches nothing a small model can repeat. */
const MAXIMUM_MERGED_LENGTH = 80;

/** Writes the substitutes' calculations into the equation of a step, the last operand first so that offsets hold. */
function merge(
  assessment: Assessment,
  index: number,
  substitutes: readonly Substitute[],
): TrimmedStep {
  const step = assessment.chain.steps[index];
  const bracket = step?.step.equation;
  if (step === undefined || step.equation === null || bracket === null || bracket === undefined)
    return { index, text: step?.text ?? '', merged: [] };
  const merged: number[] = [];
  let left = step.equation.leftText;
  for (const operand of step.equation.operands.toReversed()) {
    const substitute = substitutes.find(({ value }) => equal(value, operand.value));
    if (substitute === undefined) continue;
    left = `${left.slice(0, operand.start)}(${substitute.leftText})${left.slice(operand.end)}`;
    merged.push(substitute.index);
  }
  if (merged.length === 0 || left.length > MAXIMUM_MERGED_LENGTH)
    return { index, text: step.text, merged: [] };
  const text = `${step.text.slice(0, bracket.start)}[${left}=${bracket.right}]${step.text.slice(bracket.end)}`;
  return { index, text, merged: merged.sort((first, second) => first - second) };
}

/**
 * Leaves out every rejected step. Where a step that stays takes the result of a superfluous one and nothing else
 * gives that number, the calculation itself is written in its place: `[2*12=24] | [24*5=120]` becomes
 * `[(2*12)*5=120]`. Whether what is left is a chain is for the caller to verify.
 */
export function trimChain(
  assessment: Assessment,
  stated: StatedNumbers,
  { trimRedundant }: TrimOptions,
): Trimmed {
  const { chain, dependencies } = assessment;
  const removed: number[] = [];
  const kept: number[] = [];
  assessment.steps.forEach(({ failure }, index) => {
    if (failure === null || (failure.reason === 'redundant' && !trimRedundant)) kept.push(index);
    else removed.push(index);
  });
  const given = (value: Rational, before: number): boolean =>
    stated.forms.has(keyOf(value)) ||
    UNIT_CONSTANTS.has(keyOf(value)) ||
    kept.some((index) => {
      const step = chain.steps[index];
      return (
        index < before &&
        step !== undefined &&
        resultsOf(step).some((result) => equal(result, value))
      );
    });
  const steps = kept.map((index) => {
    const substitutes = (dependencies[index]?.sources ?? []).flatMap((source): Substitute[] => {
      const equation = chain.steps[source]?.equation;
      const failure = assessment.steps[source]?.failure;
      if (equation === null || equation === undefined || kept.includes(source)) return [];
      if (failure === null || failure === undefined || !HARMLESS_REASONS.has(failure.reason))
        return [];
      // A bare number has no calculation that could take its place.
      if (equation.left.kind === 'number' || given(equation.stated, index)) return [];
      return [{ index: source, value: equation.stated, leftText: equation.leftText }];
    });
    return merge(assessment, index, substitutes);
  });
  return { steps, removed };
}
