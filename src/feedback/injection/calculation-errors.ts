/** Errors in a calculation, carried on to the answer: a wrong result, a wrong number taken, a wrong operation. */

import type { Random } from '../../data/random';
import { resultsOf } from '../dependencies';
import type { StatedNumbers } from '../grounding';
import { add, compare, equal, isInteger, keyOf, parseDecimal, rational } from '../rational';
import type { Rational } from '../rational';
import type { CleanChain, Recomputed } from './recompute';
import { amountOf, changesAnswer, recompute, replaceOperands, written } from './recompute';

/** What an error is drawn from. */
export interface CalculationSite {
  readonly clean: CleanChain;
  readonly stated: StatedNumbers;
  readonly random: Random;
}

type Draw = (site: CalculationSite) => Recomputed | null;

/** A step with an equation that computes something; null where the chain has none. */
function drawStep({ clean, random }: CalculationSite) {
  const indices = clean.chain.steps.flatMap(({ equation, step }, index) =>
    equation !== null && step.equation !== null && equation.left.kind === 'operation'
      ? [index]
      : [],
  );
  if (indices.length === 0) return null;
  const index = random.pick(indices);
  const step = clean.chain.steps[index];
  return step?.equation ? { index, step, equation: step.equation } : null;
}

/** The chain with a new left side in one step; null where that gives the same result or the same answer. */
function withLeft(
  { clean }: CalculationSite,
  index: number,
  left: string | null,
): Recomputed | null {
  const before = clean.chain.steps[index]?.equation?.stated;
  const result = left === null ? null : amountOf(left);
  if (left === null || result === null || before === undefined) return null;
  if (equal(result, before) || written(result) === written(before)) return null;
  const recomputed = recompute(clean, index, { left, result });
  return recomputed !== null && changesAnswer(recomputed, clean.answer) ? recomputed : null;
}

/** How far off a wrong result is: a slip of one, of two, of a carried ten. */
const SLIPS = [1, -1, 2, -2, 10, -10];

/** The right calculation with a wrong result, with which the writer goes on. */
export const wrongResult: Draw = (site) => {
  const drawn = drawStep(site);
  if (drawn === null) return null;
  const { leftText, computed, stated } = drawn.equation;
  const result = add(stated, rational(site.random.pick(SLIPS)));
  if (result.numerator < 0n || equal(result, computed)) return null;
  return recompute(site.clean, drawn.index, { left: leftText, result });
};

/** Every number that a step may rightly take: those of the question and the results before it. */
function known({ clean, stated }: CalculationSite, index: number): Map<string, Rational> {
  const values = clean.chain.steps.slice(0, index).flatMap(resultsOf);
  const literal = [...stated.literal].flatMap((key) => {
    const [numerator = '', denominator = '1'] = key.split('/');
    return [rational(BigInt(numerator), BigInt(denominator))];
  });
  return new Map([...literal, ...values].map((value) => [keyOf(value), value]));
}

/** Puts `drawValue`'s number in the place of one operand. */
function withOperand(
  site: CalculationSite,
  drawValue: (value: Rational, candidates: ReadonlyMap<string, Rational>) => Rational | null,
): Recomputed | null {
  const drawn = drawStep(site);
  if (drawn === null) return null;
  const place = site.random.integer(0, drawn.equation.operands.length - 1);
  const candidates = known(site, drawn.index);
  const left = replaceOperands(drawn.step, (value, index) => {
    if (index !== place) return null;
    const other = drawValue(value, candidates);
    return other === null || equal(other, value) ? null : written(other);
  });
  return withLeft(site, drawn.index, left);
}

/** A number that stands nowhere before, of about the size of the right one. */
export const ungroundedOperand: Draw = (site) =>
  withOperand(site, (value, candidates) => {
    const size = Number(value.numerator / value.denominator);
    if (!Number.isSafeInteger(size) || size < 0) return null;
    const other = rational(site.random.integer(2, Math.max(20, 2 * size)));
    return candidates.has(keyOf(other)) ? null : other;
  });

/** Another number of the question or of an earlier step. */
export const groundedOperand: Draw = (site) =>
  withOperand(site, (value, candidates) => {
    const others = [...candidates.values()].filter(
      (other) =>
        !equal(other, value) && compare(other, rational(0)) > 0 && parseDecimal(written(other)),
    );
    // A number that two decimals cannot show would be another one once it is written.
    const exact = others.filter((other) => equal(parseDecimal(written(other)) ?? value, other));
    return exact.length === 0 ? null : site.random.pick(exact);
  });

const OPERATOR = /[-+*/x\u00d7\u00f7]/u;
const OPERATORS = ['+', '-', '*', '/'];

/** Another operation on the right numbers, computed rightly. */
export const wrongOperator: Draw = (site) => {
  const drawn = drawStep(site);
  if (drawn === null) return null;
  const { operands, leftText } = drawn.equation;
  const gap = site.random.integer(0, operands.length - 2);
  const from = operands[gap]?.end ?? 0;
  const between = leftText.slice(from, operands[gap + 1]?.start);
  const place = between.search(OPERATOR);
  if (place < 0) return null;
  const operator = site.random.pick(OPERATORS);
  const left = leftText.slice(0, from + place) + operator + leftText.slice(from + place + 1);
  if (left === leftText) return null;
  const result = amountOf(left);
  // A broken amount gives itself away where everything else is whole.
  if (result !== null && !isInteger(result) && operands.every(({ value }) => isInteger(value)))
    return null;
  return withLeft(site, drawn.index, left);
};
