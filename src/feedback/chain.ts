/** A rationale taken apart once, so that every check reads the same values: its steps, their operands and results. */

import { parseRationale } from '../text/grammar';
import type { Step } from '../text/grammar';
import { evaluateExpression, operandsOf, parseExpression } from './expression';
import type { Expression, Operand } from './expression';
import { readNumbers } from './numbers';
import { HUNDRED, divide, rational } from './rational';
import type { Rational } from './rational';
import { contentWords, tokensOf } from './words';

/** Longest step that is taken apart; no step of 60 tokens comes near it. */
export const MAXIMUM_STEP_CHARACTERS = 1200;
/** Most steps that are taken apart: ten times the longest gold rationale of GSM8K. */
export const MAXIMUM_STEPS = 120;

/** The equation of a step, read; with exact values. */
export interface ReadEquation {
  readonly leftText: string;
  readonly left: Expression;
  /** Exact value of the left side. */
  readonly computed: Rational;
  /** Value of the right side, as the step shows it. */
  readonly stated: Rational;
  /** Value of one unit of the last decimal the right side shows; null where it shows a whole number or an expression. */
  readonly unit: Rational | null;
  readonly operands: readonly Operand[];
}

export interface ChainStep {
  readonly text: string;
  readonly step: Step;
  readonly equation: ReadEquation | null;
  /** Why the equation could not be read, as a sentence; null where there is none or it was. */
  readonly unreadable: string | null;
  /** Numbers of the prose in front of the equation, or of the whole step where there is none; parts included. */
  readonly mentioned: readonly Rational[];
  /** The same without the calculation that many writers repeat right before the bracket (`48/2 = [48/2=24]`). */
  readonly told: readonly Rational[];
  /** The digits right after the equation (`[48/2=24] 24 clips`), with their parts (`[15/5=3] 3 dozen`). */
  readonly echoed: readonly Rational[];
  readonly words: ReadonlySet<string>;
  readonly tokens: ReadonlySet<string>;
}

export interface Chain {
  readonly steps: readonly ChainStep[];
  /** The final answer as the grammar read it. */
  readonly answer: string | null;
}

/** One unit of the last shown decimal of `12.50` or `$.5` or `20.5%`; null for whole numbers and expressions. */
function lastDecimalUnit(text: string): Rational | null {
  const match = /^[-\s$]*[\d,]*\.(\d+)\s*(%?)$/.exec(text);
  if (match === null) return null;
  const unit = rational(1n, 10n ** BigInt(match[1]?.length ?? 0));
  return match[2] === '%' ? divide(unit, HUNDRED) : unit;
}

type EquationReading = Pick<ChainStep, 'equation' | 'unreadable'>;

const NO_EQUATION: EquationReading = { equation: null, unreadable: null };

function readEquation(leftText: string, rightText: string): EquationReading {
  const fail = (side: string, why: string): EquationReading => ({
    equation: null,
    unreadable: `The ${side} side of the equation cannot be read because ${why}.`,
  });
  const left = parseExpression(leftText);
  if (left.error !== null) return fail('left', left.error);
  const computed = evaluateExpression(left.expression);
  if (computed === null) return fail('left', 'it divides by zero');
  const right = parseExpression(rightText);
  if (right.error !== null) return fail('right', right.error);
  const stated = evaluateExpression(right.expression);
  if (stated === null) return fail('right', 'it divides by zero');
  return {
    equation: {
      leftText: leftText.trim(),
      left: left.expression,
      computed,
      stated,
      unit: lastDecimalUnit(rightText),
      operands: operandsOf(left.expression),
    },
    unreadable: null,
  };
}

/** Most characters looked at on either side of a `=` in prose: each is looked at once, so the search stays linear. */
const INLINE_WINDOW = 80;
/** Numbers and signs that run up to the `=`. */
const INLINE_LEFT = /(?:^|[^\p{L}\d])([$(\d.][-\s\d+*/().,$x\u00d7\u00f7%]*)$/u;
/** One plain number that nothing continues: no `1 1/2`, `18 000`, `6:48` or `3x`. */
const INLINE_RIGHT =
  /^\s*(-?\$?\d[\d,]*(?:\.\d+)?%?)(?![\d:]|\p{L}|\s*[-/*+(x\u00d7\u00f7=\d]|\s+and\s+\d)/u;
/** What stands before the left side where it is only the end of something longer. */
const CONTINUED = /[-+*/^)=\u2212]\s*$|\band\s*$/u;
/** An `x` that is an unknown rather than a sign of multiplication. */
const UNKNOWN = /x\s*(?:[-+*/)\u00d7\u00f7]|$)|[-+*/(]\s*x/u;

/**
 * The last plain calculation in the prose of a step without brackets (`so she has 5 + 3 = 8 pens`), for teachers
 * that write none. Algebra (`3x + 6 = 18`) is none.
 */
function readInlineEquation(text: string): EquationReading {
  for (
    let at = text.lastIndexOf('=');
    at >= 0;
    at = at === 0 ? -1 : text.lastIndexOf('=', at - 1)
  ) {
    const before = text.slice(Math.max(0, at - INLINE_WINDOW), at);
    const left = INLINE_LEFT.exec(before)?.[1];
    const right = INLINE_RIGHT.exec(text.slice(at + 1, at + 1 + INLINE_WINDOW))?.[1];
    if (left === undefined || right === undefined) continue;
    if (!/\d\s*[-+*/x\u00d7\u00f7]/u.test(left) || UNKNOWN.test(left)) continue;
    if (CONTINUED.test(before.slice(0, -left.length))) continue;
    const reading = readEquation(left, right.replace(/,$/, ''));
    if (reading.equation !== null) return reading;
  }
  return NO_EQUATION;
}

/**
 * A calculation at the end of the prose in front of a bracket, up to its `=`; any unit words in it end it. Looked for
 * at the end of a text of bounded length, so that it stays linear.
 */
export const REPEATED_CALCULATION = /[$(\d.][-+*/x\u00d7\u00f7\d\s.,()$%]{0,80}=\s*\$?\s*$/u;

const valuesIn = (text: string): Rational[] =>
  readNumbers(text).flatMap(({ value, parts }) => [value, ...parts]);

/** Takes one step apart; a step that is too long keeps its text and nothing else. */
function readStep(step: Step): ChainStep {
  const { text } = step;
  if (text.length > MAXIMUM_STEP_CHARACTERS)
    return {
      text,
      step,
      equation: null,
      unreadable: null,
      mentioned: [],
      told: [],
      echoed: [],
      words: new Set(),
      tokens: new Set(),
    };
  const before = step.equation === null ? text : text.slice(0, step.equation.start);
  const after = step.equation === null ? '' : text.slice(step.equation.end);
  const first = readNumbers(after)[0];
  return {
    text,
    step,
    ...(step.equation === null
      ? readInlineEquation(text)
      : readEquation(step.equation.left, step.equation.right)),
    mentioned: valuesIn(before),
    told: valuesIn(before.replace(REPEATED_CALCULATION, '')),
    echoed:
      first?.form === 'digits' && /^[\s$]*-?[\s$]*$/.test(after.slice(0, first.start))
        ? [first.value, ...first.parts]
        : [],
    words: contentWords(text),
    tokens: tokensOf(text),
  };
}

/** Reads a rationale of any origin; never throws. Steps past `MAXIMUM_STEPS` are not taken apart. */
export function readChain(text: string): Chain {
  const { steps, answer } = parseRationale(text);
  return { steps: steps.slice(0, MAXIMUM_STEPS + 1).map(readStep), answer };
}
