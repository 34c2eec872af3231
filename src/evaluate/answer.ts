/** Reads the final answer out of a model's output, strictly or not, and compares answers by value. */

import { divide, equal, exactDecimal, keyOf, parseDecimal } from '../feedback/rational';
import type { Rational } from '../feedback/rational';
import { ANSWER_MARK } from '../text/grammar';

/** How much after the mark is looked at: a number with its currency and unit is far shorter. */
const ANSWER_WINDOW = 200;
/** How much of the end of an output is searched for a last number. */
const FLEXIBLE_WINDOW = 20_000;

const NUMBER = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+`;
/** The number an answer begins with: `$1,080.`, `-3.5`, `50%`, `3/4 of it`, `72 clips`. */
const LEADING_NUMBER = new RegExp(
  String.raw`^\s*([-\u2212+]?)\s*[$\u20ac\u00a3\u00a2]?\s*([-\u2212]?)(${NUMBER})(?:\s*/\s*(\d+))?(?![\d,]*\d)`,
  'u',
);
/** Any number; a minus sign belongs to it where nothing it could be subtracted from stands before. */
const ANY_NUMBER = new RegExp(
  String.raw`(?:(?<=^|[\s([=:$])[-\u2212])?[$\u20ac\u00a3]?(${NUMBER})(?:/(\d+))?`,
  'gu',
);

/** The plain form of a value: a decimal, or a fraction where the decimal does not end. */
const plainForm = (value: Rational): string => exactDecimal(value) ?? keyOf(value);

function valueOf(negative: boolean, number: string, divisor: string | undefined): Rational | null {
  const above = parseDecimal(`${negative ? '-' : ''}${number}`);
  if (above === null || divisor === undefined) return above;
  const below = parseDecimal(divisor);
  return below === null ? null : divide(above, below);
}

/**
 * The final answer of an output that follows the grammar: the number right after the first `####`, without
 * separators, currency, percent sign, unit or trailing dot (the official GSM8K pattern keeps the dot).
 * @returns a plain decimal such as `72` or `-3.5` (`1/3` where no decimal is exact), or null when there is none.
 */
export function readAnswer(output: string): string | null {
  const mark = output.indexOf(ANSWER_MARK);
  if (mark < 0) return null;
  const start = mark + ANSWER_MARK.length;
  const match = LEADING_NUMBER.exec(output.slice(start, start + ANSWER_WINDOW));
  if (match === null) return null;
  const [, outer = '', inner = '', number = '', divisor] = match;
  const value = valueOf(/[-\u2212]/u.test(outer + inner), number, divisor);
  return value === null ? null : plainForm(value);
}

/** The answer after `####`, else the last number of the output; for outputs of models that do not know the grammar. */
export function readAnswerFlexible(output: string): string | null {
  const strict = readAnswer(output);
  if (strict !== null) return strict;
  let last: RegExpExecArray | null = null;
  for (const match of output.slice(-FLEXIBLE_WINDOW).matchAll(ANY_NUMBER)) last = match;
  if (last === null) return null;
  const [whole, number = '', divisor] = last;
  const value = valueOf(/^[-\u2212]/u.test(whole), number, divisor);
  return value === null ? null : plainForm(value);
}

/** Reads a plain decimal or a fraction of two, as `readAnswer` writes them; tolerant of `$`, `%` and a trailing dot. */
function parseAnswer(text: string): Rational | null {
  const bare = text
    .trim()
    .replace(/[$\u20ac\u00a3\u00a2\s]/gu, '')
    .replace(/%$|\.$/, '')
    .replace('\u2212', '-');
  const [number = '', divisor] = bare.split('/');
  return valueOf(false, number, divisor);
}

/** True when both are numbers of the same exact value: `0.50` and `1/2`, `1,080` and `1080`. */
export function sameAnswer(first: string | null, second: string | null): boolean {
  if (first === null || second === null) return false;
  const [one, other] = [parseAnswer(first), parseAnswer(second)];
  return one !== null && other !== null && equal(one, other);
}
