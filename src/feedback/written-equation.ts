/** Reads the equation of a step with exact values: from its brackets, or from its prose where it has none; chained ones too. */

import type { Equation } from '../text/grammar';
import { findEquations } from '../text/prose-equations';
import { evaluateExpression, operandsOf, parseExpression } from './expression';
import type { Expression, Operand } from './expression';
import { HUNDRED, agreesWithin, divide, rational } from './rational';
import type { Rational } from './rational';

/** The equation of a step, read. */
export interface ReadEquation {
  readonly leftText: string;
  readonly left: Expression;
  /** Exact value of the left side. */
  readonly computed: Rational;
  /** Value of the right side, as the step shows it. */
  readonly stated: Rational;
  /** Value of one unit of the last decimal the right side shows; null where it shows a whole number or an expression. */
  readonly unit: Rational | null;
  /** The numbers of the left side, with their places in `leftText`. */
  readonly operands: readonly Operand[];
}

export interface EquationReading {
  readonly equation: ReadEquation | null;
  /** Why the equation could not be read, as a sentence; null where there is none or it was. */
  readonly unreadable: string | null;
}

export const NO_EQUATION: EquationReading = { equation: null, unreadable: null };

/** One unit of the last shown decimal of `12.50` or `$.5` or `20.5%`; null for whole numbers and expressions. */
function lastDecimalUnit(text: string): Rational | null {
  const match = /^[-\s$]*[\d,]*\.(\d+)\s*(%?)[\s\p{L}/]*$/u.exec(text);
  if (match === null) return null;
  const unit = rational(1n, 10n ** BigInt(match[1]?.length ?? 0));
  return match[2] === '%' ? divide(unit, HUNDRED) : unit;
}

interface Side {
  readonly text: string;
  readonly expression: Expression;
  readonly value: Rational;
  readonly unit: Rational | null;
}

/** One side of an equation, or a clause that says why it cannot be read. */
function readSide(written: string): Side | string {
  const text = written.trim();
  const { expression, error } = parseExpression(text);
  if (expression === null) return error;
  const value = evaluateExpression(expression);
  return value === null
    ? 'it divides by zero'
    : { text, expression, value, unit: lastDecimalUnit(text) };
}

/** `24 + 48` where it goes on from `48 / 2`, which gives the 24: as one, `(48 / 2) + 48`; null where it does not. */
function goOn(before: Side, next: Side): Side | null {
  const [first] = operandsOf(next.expression);
  if (first === undefined || next.expression.kind === 'number') return null;
  if (!/^[\s$]*$/.test(next.text.slice(0, first.start))) return null;
  if (!agreesWithin(before.value, first.value, null)) return null;
  const whole = readSide(`(${before.text})${next.text.slice(first.end)}`);
  return typeof whole === 'string' ? null : whole;
}

/**
 * The equation of two or more sides. Of a chain (`2*12 = 24 = 24`) the first calculation is held to the last side; a
 * chain that goes on from a result (`48/2 = 24 + 48 = 72`) is one calculation. The first side that is neither makes
 * the equation: the rest of the chain hangs on it.
 */
function readSides(written: readonly string[]): EquationReading {
  const sides = written.map(readSide);
  let left: Side | null = null;
  for (const [index, side] of sides.entries()) {
    const last = index === sides.length - 1;
    if (typeof side === 'string')
      return {
        equation: null,
        unreadable: `The ${last ? 'right' : 'left'} side of the equation cannot be read because ${side}.`,
      };
    if (left === null || (left.expression.kind === 'number' && !last)) {
      // `24 = 2*12 = 24` is said the other way round.
      left = left !== null && !agreesWithin(side.value, left.value, left.unit) ? left : side;
      continue;
    }
    const whole: Side | null =
      last || agreesWithin(left.value, side.value, side.unit) ? null : goOn(left, side);
    if (whole !== null) left = whole;
    else if (last || !agreesWithin(left.value, side.value, side.unit))
      return {
        equation: {
          leftText: left.text,
          left: left.expression,
          computed: left.value,
          stated: side.value,
          unit: side.unit,
          operands: operandsOf(left.expression),
        },
        unreadable: null,
      };
  }
  return NO_EQUATION;
}

/**
 * A calculation at the end of the prose in front of a bracket, up to its `=`; looked for in a text of bounded length,
 * so that it stays linear.
 */
export const REPEATED_CALCULATION = /[$(\d.][-+*/x\u00d7\u00f7\d\s.,()$%]{0,80}=\s*\$?\s*$/u;

/**
 * The equation in a step's brackets. Where they only hold a result (`1/2*110 = [55=55]`), the calculation is taken from
 * the prose in front of them.
 */
export function readBracket({ left, right }: Equation, before: string): EquationReading {
  const sides = [...left.split('='), right];
  const reading = readSides(sides);
  if (reading.equation?.left.kind !== 'number') return reading;
  const match = REPEATED_CALCULATION.exec(before);
  const written = match?.[0].replace(/=[\s$]*$/, '');
  if (written === undefined || isPartial(written, before.slice(0, match?.index))) return reading;
  const whole = readSides([written, ...sides]);
  return whole.equation?.left.kind === 'operation' ? whole : reading;
}

/** Most characters looked at on either side of a `=` in prose: each is looked at once, so the search stays linear. */
const INLINE_WINDOW = 80;
/** Most sides of one chained equation in prose. */
const MOST_SIDES = 6;
/** Numbers and signs that run up to the `=`. */
const INLINE_LEFT = /(?:^|[^\p{L}\d])([$(\d.][-\s\d+*/().,$x\u00d7\u00f7%]*)$/u;
/** One plain number that nothing continues: no `1 1/2`, `18 000`, `6:48` or `3x`. */
const INLINE_RIGHT =
  /^\s*(-?\$?\d[\d,]*(?:\.\d+)?(?:\s?%)?)(?![\d:]|\p{L}|\s*[-/*+(x\u00d7\u00f7=\d]|\s+and\s+\d)/u;
/** What stands before the left side where it is only the end of something longer, in signs or in words. */
const CONTINUED =
  /[-+*/^)=\u2212\u00d7\u00f7\u00b7]\s*$|\d\s+$|\b(?:and|of|half|third|quarter|twice|double|triple|times|plus|minus|by|from|than)\s*\$?$/iu;
/** An `x` that is an unknown rather than a sign of multiplication. */
const UNKNOWN = /x\s*(?:[-+*/)\u00d7\u00f7]|$)|[-+*/(]\s*x/u;

/** `25 / 1/3`, by which some mean 25 * 3 and others 25/3. */
const AMBIGUOUS_DIVISION = /\/[^-+*()]*\//;

/** True where a left side is algebra, may be read in two ways, or goes on from what stands in front of it. */
const isPartial = (left: string, head: string): boolean =>
  UNKNOWN.test(left) || AMBIGUOUS_DIVISION.test(left) || CONTINUED.test(head);

/** The sides of the plain equation that ends at the `=` at `at`, from left to right; null where there is none. */
function plainSides(text: string, at: number): readonly string[] | null {
  const right = INLINE_RIGHT.exec(text.slice(at + 1, at + 1 + INLINE_WINDOW))?.[1];
  if (right === undefined) return null;
  const sides = [right.replace(/,$/, '')];
  let end = at;
  while (sides.length < MOST_SIDES) {
    const before = text.slice(Math.max(0, end - INLINE_WINDOW), end);
    const side = INLINE_LEFT.exec(before)?.[1];
    if (side === undefined) return null;
    sides.unshift(side);
    const head = before.slice(0, -side.length);
    const chained = /=\s*$/.exec(head);
    if (chained === null) {
      // A number in front of the calculation is a label or its result said first (`left: 10 = 30 - 20 = 10`).
      const from = sides.findIndex((each) => /\d\s*[-+*/x\u00d7\u00f7]/u.test(each));
      return from < 0 || from === sides.length - 1 || isPartial(side, head)
        ? null
        : sides.slice(from);
    }
    if (isPartial(side, '')) return null;
    end -= before.length - chained.index;
  }
  return null;
}

/**
 * The last calculation in the prose of a step without brackets (`so she has 5 + 3 = 8 pens`, `16 hours + 6 hours =
 * 22 hours`), for teachers that write none. Algebra (`3x + 6 = 18`) is none.
 */
export function readProse(text: string): EquationReading {
  for (
    let at = text.lastIndexOf('=');
    at >= 0;
    at = at === 0 ? -1 : text.lastIndexOf('=', at - 1)
  ) {
    const sides = plainSides(text, at);
    const reading = sides === null ? NO_EQUATION : readSides(sides);
    if (reading.equation !== null) return reading;
  }
  const withUnits = findEquations(text).at(-1);
  if (withUnits === undefined) return NO_EQUATION;
  const { left, between, start, end } = withUnits;
  const right = INLINE_RIGHT.exec(text.slice(end, end + INLINE_WINDOW))?.[1];
  if (right === undefined || isPartial(left, text.slice(0, start))) return NO_EQUATION;
  const reading = readSides([left, ...between, right]);
  return reading.equation === null ? NO_EQUATION : reading;
}
