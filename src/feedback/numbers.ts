/** Reads the numbers a text states, in digits and in words: decimals, currency, percents, fractions, `twice`, `two dozen`. */

import {
  ONE,
  ZERO,
  add,
  compare,
  divide,
  isInteger,
  multiply,
  negate,
  parseDecimal,
  rational,
} from './rational';
import type { Rational } from './rational';
import { CARDINALS, FRACTION_SYMBOLS, MULTIPLES, PARTS, SCALES, unitsIn } from './number-words';

/** One number as it stands in a text. */
export interface NumberMention {
  readonly value: Rational;
  /** Further values the same words state: 1 and 2 for `1/2`, 2 and 12 for `two dozen`. */
  readonly parts: readonly Rational[];
  /** True where a percent sign or word follows; `value` is then the number before it. */
  readonly percent: boolean;
  readonly form: 'digits' | 'words';
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
}

interface Piece {
  readonly kind: 'digits' | 'word' | 'mark';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** True where only a space or nothing stands before it. */
  readonly joined: boolean;
}

function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  const pattern = /(\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)|(\p{L}+)|([^\s])/gu;
  let end = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [whole, digits, word] = match;
    found.push({
      kind: digits !== undefined ? 'digits' : word !== undefined ? 'word' : 'mark',
      text: word === undefined ? whole : word.toLowerCase(),
      start: match.index,
      end: match.index + whole.length,
      joined: match.index === end,
    });
    end = match.index + whole.length;
  }
  return found;
}

/** What was read at some position, and how many pieces it took. */
interface Reading {
  readonly value: Rational;
  readonly parts: readonly Rational[];
  readonly taken: number;
}

const wordAt = (list: readonly Piece[], index: number): string => {
  const piece = list[index];
  return piece !== undefined && piece.kind === 'word' ? piece.text : '';
};
const markAt = (list: readonly Piece[], index: number): string => {
  const piece = list[index];
  return piece !== undefined && piece.kind === 'mark' ? piece.text : '';
};

/** `1/2` or `½` at `index`. */
function readFraction(list: readonly Piece[], index: number): Reading | null {
  const piece = list[index];
  if (piece === undefined) return null;
  const symbol = FRACTION_SYMBOLS.get(piece.text);
  if (symbol !== undefined)
    return { value: rational(...symbol), parts: symbol.map((part) => rational(part)), taken: 1 };
  const below = list[index + 2];
  if (piece.kind !== 'digits' || markAt(list, index + 1) !== '/' || below?.kind !== 'digits')
    return null;
  const value = parseDecimal(piece.text);
  const divisor = parseDecimal(below.text);
  const quotient = value === null || divisor === null ? null : divide(value, divisor);
  if (value === null || divisor === null || quotient === null) return null;
  return { value: quotient, parts: [value, divisor], taken: 3 };
}

/** True strictly between 0 and 1: what may follow a whole number and belong to it. */
const isProper = (value: Rational): boolean => compare(value, ZERO) > 0 && compare(value, ONE) < 0;

/** `12`, `1/2`, `2 1/2`, `2½`: the digits at `index`, with what belongs to them. */
function readDigits(list: readonly Piece[], index: number): Reading | null {
  const fraction = readFraction(list, index);
  if (fraction !== null) return fraction;
  const piece = list[index];
  if (piece?.kind !== 'digits') return null;
  const value = parseDecimal(piece.text);
  if (value === null) return null;
  // `2 1/2` and `2-1/2`, but not `3 4/2`.
  const dash = markAt(list, index + 1) === '-' ? 1 : 0;
  const after = readFraction(list, index + 1 + dash);
  const joined = dash === 0 || list[index + 2]?.joined === true;
  if (after === null || !joined || !isInteger(value) || !isProper(after.value))
    return { value, parts: [], taken: 1 };
  return {
    value: add(value, after.value),
    parts: [value, after.value, ...after.parts],
    taken: 1 + dash + after.taken,
  };
}

/** Largest spoken number: beyond it a text is a riddle or an attack. */
const LARGEST_SPOKEN = 1e15;

/** `seven`, `twenty-five`, `one hundred and four`, `two dozen`: spoken cardinals. */
function readCardinal(list: readonly Piece[], index: number): Reading | null {
  let total = 0;
  let group = 0;
  /** What the next word must stay below: 10 after tens, 100 after a scale, 0 after units. */
  let room = 100;
  let end = index;
  const parts: Rational[] = [];
  for (let at = index; total + group < LARGEST_SPOKEN;) {
    const word = wordAt(list, at);
    const cardinal = CARDINALS.get(word);
    const scale = SCALES.get(word);
    if (cardinal !== undefined && cardinal < room && (room > 10 || cardinal > 0)) {
      group += cardinal;
      room = cardinal >= 20 ? 10 : 0;
    } else if (scale !== undefined && at > index && group > 0 && (scale > 100 || group < 100)) {
      parts.push(rational(group), rational(scale));
      if (scale >= 1000) {
        total += group * scale;
        group = 0;
      } else group *= scale;
      room = scale === 12 ? 0 : 100;
    } else break;
    at += 1;
    end = at;
    if (markAt(list, at) === '-' || (wordAt(list, at) === 'and' && room === 100)) at += 1;
  }
  return end === index ? null : { value: rational(total + group), parts, taken: end - index };
}

/** `and a half`, `and three quarters`, `and 1/2` at `index`: the fraction that a whole number before it takes along. */
function readAndFraction(list: readonly Piece[], index: number): Reading | null {
  if (wordAt(list, index) !== 'and') return null;
  const article = wordAt(list, index + 1) === 'a' ? 1 : 0;
  const start = index + 1 + article;
  const part = PARTS.get(wordAt(list, start));
  // `two and half dozen`: the scale is for both.
  const beforeScale = part !== undefined && SCALES.has(wordAt(list, start + 1));
  const fraction = beforeScale
    ? { value: rational(1, part), parts: [rational(part)], taken: 1 }
    : (readFraction(list, start) ?? readWords(list, start));
  if (fraction === null || !isProper(fraction.value)) return null;
  return { ...fraction, taken: fraction.taken + 1 + article };
}

function readWords(list: readonly Piece[], index: number): Reading | null {
  const word = wordAt(list, index);
  const multiple = MULTIPLES.get(word);
  if (multiple !== undefined) return { value: rational(multiple), parts: [], taken: 1 };
  const lone = SCALES.get(word);
  if (lone !== undefined) return { value: rational(lone), parts: [], taken: 1 };
  const part = PARTS.get(word);
  if (part !== undefined) {
    const parts = [rational(part), rational(1), rational(1, part)];
    // `half a dozen`, `a quarter million`.
    const article = wordAt(list, index + 1) === 'a' ? 1 : 0;
    const scale = SCALES.get(wordAt(list, index + 1 + article));
    return scale === undefined
      ? { value: rational(1, part), parts, taken: 1 }
      : {
          value: rational(scale, part),
          parts: [...parts, rational(scale)],
          taken: 2 + article,
        };
  }
  const cardinal = readCardinal(list, index);
  if (cardinal === null) return null;
  const dash = markAt(list, index + cardinal.taken) === '-' ? 1 : 0;
  const denominator = PARTS.get(wordAt(list, index + cardinal.taken + dash));
  if (denominator === undefined) return cardinal;
  // `two thirds`; `thirty second` stays thirty, since `second` is no part.
  return {
    value: multiply(cardinal.value, rational(1, denominator)),
    parts: [cardinal.value, rational(denominator), rational(1, denominator)],
    taken: cardinal.taken + dash + 1,
  };
}

/** `dozen`, `million`, or a `k` that touches its digits, at `index`: what the number before it is multiplied with. */
function readScale(list: readonly Piece[], index: number): number | undefined {
  const piece = list[index];
  return piece?.text === 'k' && piece.joined ? 1000 : SCALES.get(wordAt(list, index));
}

/** True for `%`, `percent` and `per cent` at `index`. */
const isPercent = (list: readonly Piece[], index: number): boolean =>
  /^(?:%|percent|percentage|pct)$/.test(list[index]?.text ?? '') ||
  (wordAt(list, index) === 'per' && wordAt(list, index + 1) === 'cent');

/** An amount with the place after it, where its unit may stand. */
interface Amount {
  readonly value: Rational;
  readonly after: number;
}

/**
 * What two amounts say together where the second goes on from the first (`1 hour 20 minutes`, `5 feet and 2 inches`):
 * the whole in the smaller unit and in the larger one.
 */
function together(
  list: readonly Piece[],
  first: Amount | null,
  second: Amount,
  start: number,
): Rational[] {
  if (first === null) return [];
  const between = list.slice(first.after + 1, start).map(({ text }) => text);
  const larger = wordAt(list, first.after);
  const count = unitsIn(larger, wordAt(list, second.after));
  if (count === null || !['', 'and', ',', ', and'].includes(between.join(' '))) return [];
  const whole = add(multiply(first.value, rational(count)), second.value);
  return [whole, multiply(whole, rational(1, count))];
}

const CURRENCY = new Set(['$', '\u20ac', '\u00a3', '\u00a5']);

/** True where a minus sign right before the number makes it negative rather than joining it to something. */
function isNegative(text: string, list: readonly Piece[], index: number): boolean {
  const currency = CURRENCY.has(markAt(list, index - 1)) ? 1 : 0;
  const sign = list[index - 1 - currency];
  if (sign === undefined || !(sign.text === '-' || sign.text === '\u2212')) return false;
  if (list[index - currency]?.joined !== true) return false;
  return sign.start === 0 || /[\s([=*/+,:$]/.test(text.charAt(sign.start - 1));
}

/** Every number the text states, in reading order. Linear in the length of the text. */
export function readNumbers(text: string): NumberMention[] {
  const list = pieces(text);
  const mentions: NumberMention[] = [];
  let before: Amount | null = null;
  for (let index = 0; index < list.length;) {
    const piece = list[index];
    const digits = readDigits(list, index);
    let reading = digits ?? readWords(list, index);
    if (piece === undefined || reading === null) {
      index += 1;
      continue;
    }
    const fraction = readAndFraction(list, index + reading.taken);
    if (fraction !== null && isInteger(reading.value))
      reading = {
        value: add(reading.value, fraction.value),
        parts: [...reading.parts, reading.value, fraction.value, ...fraction.parts],
        taken: reading.taken + fraction.taken,
      };
    if (digits !== null || fraction !== null) {
      const scale = readScale(list, index + reading.taken);
      if (scale !== undefined)
        reading = {
          value: multiply(reading.value, rational(scale)),
          parts: [...reading.parts, reading.value, rational(scale)],
          taken: reading.taken + 1,
        };
    }
    const after = index + reading.taken;
    const amount: Amount = { value: reading.value, after };
    const negative = digits !== null && isNegative(text, list, index);
    mentions.push({
      value: negative ? negate(reading.value) : reading.value,
      parts: [...reading.parts, ...together(list, before, amount, index)],
      percent: isPercent(list, after),
      form: digits === null ? 'words' : 'digits',
      start: piece.start,
      end: list[index + reading.taken - 1]?.end ?? piece.end,
    });
    before = amount;
    index = after;
  }
  return mentions;
}
