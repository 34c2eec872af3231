/** Which earlier step's result each operand of a step comes from, and which steps the answer needs (backward slice). */

import type { Chain, ChainStep } from './chain';
import { UNIT_CONSTANTS, formsOf } from './grounding';
import type { StatedNumbers } from './grounding';
import { HUNDRED, compare, equal, floor, keyOf, multiply, subtract } from './rational';
import type { Rational } from './rational';

export interface StepSources {
  /** Indices of the earlier steps whose results this step uses, ascending. */
  readonly sources: readonly number[];
  /** Numbers it takes that neither the question, nor a unit, nor an earlier step gives. */
  readonly unexplained: readonly Rational[];
}

/** The dependency graph of a chain, a node a step. */
export type Dependencies = readonly StepSources[];

/** The values a step gives to later ones: what it states, its exact result, and the number written after it. */
export function resultsOf(step: ChainStep): Rational[] {
  if (step.equation === null) return [...step.mentioned];
  const { stated, computed } = step.equation;
  const results = [stated];
  if (!equal(stated, computed)) results.push(computed);
  results.push(...step.echoed.filter((value) => !equal(value, stated)));
  return results;
}

/**
 * The values a step takes: the operands of its equation. Where it only restates a number (`2 x 12 = [24=24]`),
 * the numbers of its prose too, and those alone where it has no equation.
 */
export function operandsUsed(step: ChainStep): readonly Rational[] {
  if (step.equation === null) return step.mentioned;
  const { left, operands } = step.equation;
  const values = operands.map((operand) => operand.value);
  return left.kind === 'number' ? [...step.mentioned, ...values] : values;
}

/** Which steps gave a value, and which of those nobody has used yet. */
class Producers {
  private readonly byKey = new Map<string, number[]>();
  private readonly used = new Set<string>();

  add(value: Rational, index: number): void {
    const key = keyOf(value);
    const known = this.byKey.get(key);
    if (known === undefined) this.byKey.set(key, [index]);
    else if (known.at(-1) !== index) known.push(index);
  }

  has(value: Rational): boolean {
    return this.byKey.has(keyOf(value));
  }

  /** The latest step with this result that no operand has taken yet, else the latest; undefined if none. */
  take(value: Rational): number | undefined {
    const key = keyOf(value);
    const known = this.byKey.get(key);
    const source = known?.findLast((index) => !this.used.has(`${index} ${key}`)) ?? known?.at(-1);
    if (source !== undefined) this.used.add(`${source} ${key}`);
    return source;
  }
}

/**
 * The dependency graph of a chain. An operand comes from the latest step with that result that nobody used yet
 * (two steps may both give 10, and `[10+10=20]` needs both). A number that the question states and a step
 * computed counts as the step's: a needed step is never lost that way. Other forms of a result (hundredths,
 * shares, roundings) count only where nothing gives the number as it is.
 */
export function dependenciesOf(chain: Chain, stated: StatedNumbers): Dependencies {
  const exact = new Producers();
  const derived = new Producers();
  return chain.steps.map((step, index) => {
    const sources = new Set<number>();
    const unexplained: Rational[] = [];
    for (const value of operandsUsed(step)) {
      const key = keyOf(value);
      const source =
        exact.take(value) ?? (stated.literal.has(key) ? undefined : derived.take(value));
      if (source !== undefined) sources.add(source);
      else if (!stated.forms.has(key) && !UNIT_CONSTANTS.has(key)) unexplained.push(value);
    }
    // Prose before the equation names what the step builds on. What it says of an operand (`24 + 48 = [24+48=72]`)
    // is no second use of it, and the question's own numbers say nothing.
    const operands = new Set(operandsUsed(step).map(keyOf));
    for (const value of step.mentioned) {
      const key = keyOf(value);
      const source = operands.has(key) || stated.literal.has(key) ? undefined : exact.take(value);
      if (source !== undefined) sources.add(source);
    }
    // A sentence without an equation only passes numbers on; it is the source of those nobody gave before.
    const results =
      step.equation === null
        ? step.mentioned.filter((value) => !exact.has(value) && !stated.literal.has(keyOf(value)))
        : resultsOf(step);
    for (const value of results) {
      exact.add(value, index);
      for (const form of formsOf(value, true)) derived.add(form, index);
    }
    return { sources: [...sources].sort((first, second) => first - second), unexplained };
  });
}

/** True where `shown` is `value`, or one of the whole numbers next to it (33 1/3 boxes: 33 or 34). */
export function isAnswer(value: Rational, shown: Rational): boolean {
  if (equal(value, shown)) return true;
  const below = subtract(shown, floor(value));
  return below.denominator === 1n && compare(floor(value), value) !== 0
    ? below.numerator === 0n || below.numerator === 1n
    : false;
}

/** The last step that gives the answer: as its result, else rounded, else in the words of a step without equation; null if none. */
export function answeringStep(chain: Chain, answer: Rational): number | null {
  const { steps } = chain;
  const gives = [
    (step: ChainStep) =>
      step.equation !== null && resultsOf(step).some((value) => equal(value, answer)),
    (step: ChainStep) =>
      step.equation === null && step.mentioned.some((value) => equal(value, answer)),
    (step: ChainStep) =>
      step.equation !== null && resultsOf(step).some((value) => isAnswer(value, answer)),
    // A price in dollars asked for in cents, or a share asked for in percent.
    (step: ChainStep) =>
      step.equation !== null &&
      resultsOf(step).some((value) => equal(multiply(value, HUNDRED), answer)),
  ];
  for (const test of gives) {
    const index = steps.findLastIndex(test);
    if (index >= 0) return index;
  }
  return null;
}

/**
 * The steps that lead to `target`, itself included. Sentences without an equation are never redundant by this
 * rule, so what they name is needed too. Where a needed step takes a number of unknown origin, any earlier step
 * may have led to it: all of them are needed then.
 */
export function backwardSlice(
  chain: Chain,
  dependencies: Dependencies,
  target: number,
): Set<number> {
  const needed = new Set<number>();
  const open = [target];
  // An answer in words rests on the last computation before it (`... [15/4=3.75] | So he needs 4 days`).
  if (chain.steps[target]?.equation === null)
    open.push(chain.steps.findLastIndex((step, index) => index < target && step.equation !== null));
  chain.steps.forEach((step, index) => {
    if (step.equation === null) open.push(index);
  });
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (index < 0 || needed.has(index)) continue;
    needed.add(index);
    const node = dependencies[index];
    open.push(...(node?.sources ?? []));
    if (node !== undefined && node.unexplained.length > 0)
      for (let earlier = 0; earlier < index; earlier += 1) open.push(earlier);
  }
  return needed;
}
