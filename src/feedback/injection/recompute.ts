/** Changes the equation of one step and carries the new value through every later step, as a writer who did not notice would. */

import { formatRationale } from '../../text/grammar';
import type { Chain, ChainStep } from '../chain';
import { answeringStep, resultsOf } from '../dependencies';
import type { Dependencies } from '../dependencies';
import { evaluateExpression, parseExpression } from '../expression';
import { readNumbers } from '../numbers';
import { add, equal, exactDecimal, floor, multiply, parseDecimal, rational } from '../rational';
import type { Rational } from '../rational';
import { REPEATED_CALCULATION } from '../written-equation';
import type { LabelledStep } from './corruption';

/** A chain of which every step that matters can be rewritten. */
export interface CleanChain {
  readonly chain: Chain;
  readonly dependencies: Dependencies;
  readonly answer: Rational;
}

/** What a step should say instead: another left side, another result, or both. */
export interface NewEquation {
  readonly left: string;
  readonly result: Rational;
}

/** Most decimals a writer carries on with. */
const DECIMALS = 2;

/** The value as a writer puts it down: exact where two decimals suffice, otherwise rounded to two. */
export function written(value: Rational): string {
  const scale = rational(10n ** BigInt(DECIMALS));
  const exact = exactDecimal(value);
  if (exact !== null && !/\.\d{3}/.test(exact)) return exact;
  const half = rational(1, 2);
  const rounded = floor(add(multiply(value, scale), half));
  return exactDecimal(rational(rounded.numerator, scale.numerator)) ?? '0';
}

/** The value that stands there once it is written down. */
const asWritten = (value: Rational): Rational => parseDecimal(written(value)) ?? value;

/** Numbers of the prose that the change makes wrong, in their new form, from the last to the first so that places hold. */
function replaceNumbers(text: string, changes: ReadonlyMap<string, Rational>): string {
  let changed = text;
  for (const { start, end, form } of readNumbers(text).toReversed()) {
    const place = text.slice(start, end);
    const value = form === 'digits' ? parseDecimal(place) : null;
    if (value === null) continue;
    for (const [before, after] of changes)
      if (written(value) === before)
        changed = changed.slice(0, start) + written(after) + changed.slice(end);
  }
  return changed;
}

/** The text of a step with a new equation, and the prose around it made to agree. */
function rewriteStep(
  step: ChainStep,
  { left, result }: NewEquation,
  changes: ReadonlyMap<string, Rational>,
): string | null {
  const bracket = step.step.equation;
  if (bracket === null || step.equation === null) return null;
  const before = step.text
    .slice(0, bracket.start)
    .replace(REPEATED_CALCULATION, (old) => `${left} = ${/\$\s*$/.test(old) ? '$' : ''}`);
  const tail = step.text.slice(bracket.end);
  const [echo] = readNumbers(tail);
  const echoes =
    echo !== undefined && step.echoed.length > 0 && echo.form === 'digits'
      ? tail.slice(0, echo.start) + written(result) + tail.slice(echo.end)
      : tail;
  return `${replaceNumbers(before, changes)}[${left}=${written(result)}]${echoes}`;
}

/** The left side of a step with some of its operands changed. */
export function replaceOperands(
  step: ChainStep,
  replacement: (value: Rational, index: number) => string | null,
): string | null {
  if (step.equation === null) return null;
  const { leftText, operands } = step.equation;
  let left = leftText;
  for (const [index, { value, start, end }] of [...operands.entries()].toReversed()) {
    const text = replacement(value, index);
    if (text !== null) left = left.slice(0, start) + text + left.slice(end);
  }
  return left === leftText ? null : left;
}

/** The exact value of a left side; null where it cannot be computed or is no amount (negative). */
export function amountOf(left: string): Rational | null {
  const { expression } = parseExpression(left);
  const value = expression === null ? null : evaluateExpression(expression);
  return value === null || value.numerator < 0n ? null : value;
}

export interface Recomputed {
  readonly steps: readonly LabelledStep[];
  readonly text: string;
}

/**
 * The chain with `equation` in step `changed` and everything that rests on it computed again, the final answer
 * included. Null where a step that rests on it cannot be rewritten, or some value becomes negative: such a
 * rationale would give itself away.
 */
export function recompute(
  { chain, dependencies, answer }: CleanChain,
  changed: number,
  equation: NewEquation,
): Recomputed | null {
  const values = new Map<number, Rational>([[changed, asWritten(equation.result)]]);
  const steps: LabelledStep[] = [];
  for (const [index, step] of chain.steps.entries()) {
    const sources = (dependencies[index]?.sources ?? []).filter((source) => values.has(source));
    if (index === changed) {
      const text = rewriteStep(step, equation, new Map());
      if (text === null) return null;
      steps.push({ text, label: 'injected' });
      continue;
    }
    if (sources.length === 0) {
      steps.push({ text: step.text, label: 'clean' });
      continue;
    }
    const changes = new Map<string, Rational>();
    for (const source of sources) {
      const value = values.get(source);
      const origin = chain.steps[source];
      if (value === undefined || origin === undefined) return null;
      for (const result of resultsOf(origin)) changes.set(written(result), value);
    }
    if (step.equation === null) {
      steps.push({ text: replaceNumbers(step.text, changes), label: 'consequence' });
      continue;
    }
    const left = replaceOperands(step, (value) => {
      const change = changes.get(written(value));
      return change === undefined ? null : written(change);
    });
    const result = left === null ? null : amountOf(left);
    // A form of the value (a share, a rounding) was used: what becomes of it cannot be read off the text.
    if (left === null || result === null) return null;
    const text = rewriteStep(step, { left, result }, changes);
    if (text === null) return null;
    values.set(index, asWritten(result));
    steps.push({ text, label: 'consequence' });
  }
  const conclusion = answeringStep(chain, answer);
  const final = conclusion === null ? answer : (values.get(conclusion) ?? answer);
  return {
    steps,
    text: formatRationale(
      steps.map((step) => step.text),
      written(final),
    ),
  };
}

/** True where the chain with the change ends in another answer than before. */
export const changesAnswer = ({ text }: Recomputed, answer: Rational): boolean => {
  const final = parseDecimal(text.slice(text.lastIndexOf('####') + 4).trim());
  return final === null || !equal(final, answer);
};
