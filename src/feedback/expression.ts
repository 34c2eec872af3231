/**
 * A small, safe parser and evaluator of the arithmetic in a step: `+ - * / ( ) . %` and their usual other signs, with
 * currency and units between them (`$5 * 3 hours`) and products without a sign (`2(3+4)`).
 */

import { HUNDRED, add, divide, keyOf, multiply, negate, parseDecimal, subtract } from './rational';
import type { Rational } from './rational';

export type Operator = '+' | '-' | '*' | '/';

export type Expression =
  | {
      readonly kind: 'number';
      readonly value: Rational;
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: 'negation' | 'percent'; readonly of: Expression }
  | {
      readonly kind: 'operation';
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    };

/** Longest expression that is read: the longest of GSM8K's 27,998 has 64 characters. */
export const MAXIMUM_EXPRESSION_LENGTH = 240;
/** Deepest nesting that is read, so that hostile brackets cannot exhaust the stack. */
export const MAXIMUM_EXPRESSION_DEPTH = 24;

export type Parsed =
  | { readonly expression: Expression; readonly error: null }
  | { readonly expression: null; readonly error: string };

interface Token {
  readonly kind: 'number' | 'sign' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const SIGNS: Readonly<Record<string, string>> = {
  '+': '+',
  '-': '-',
  '\u2212': '-',
  '\u2013': '-',
  '*': '*',
  x: '*',
  X: '*',
  '\u00d7': '*',
  '\u00b7': '*',
  '/': '/',
  '//': '/',
  '\u00f7': '/',
  '(': '(',
  ')': ')',
  '%': '%',
};

/** An expression that cannot be read; thrown inside this file only. */
class Unreadable extends Error {}

/** Words that are operations; every other word of two letters or more after a number is its unit. */
const WORD_SIGNS: ReadonlyMap<string, string> = new Map([
  ['of', '*'],
  ['times', '*'],
]);

/** True after a number or a closed bracket: where a unit may stand, or a bracket that it is multiplied with. */
const endsOperand = (token: Token | undefined): boolean =>
  token !== undefined && (token.kind === 'number' || token.text === ')' || token.text === '%');

/** Spaces and currency, a number, a word, the slash in front of a unit (`dollars/hour`), or a sign. */
const PIECE =
  /\s+|[$\u20ac\u00a3\u00a5\u00a2]|(\d[\d,]*\.?\d*|\.\d+)|(\p{L}{2,})|(\/)(?=\s*\p{L}{2})|(\/\/|.)/gsu;

/** True for an `x` that nothing is multiplied with (`3x + 6`): an unknown, which is algebra. */
const isUnknown = (text: string, at: number): boolean =>
  /^x(?!\s*[$\u20ac\u00a3]?[\d(.]|\s+-\d)/i.test(text.slice(at, at + 12));

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(PIECE)) {
    const [whole, digits, word, slash, other] = match;
    const place = { start: match.index, end: match.index + whole.length };
    const operation = word === undefined ? undefined : WORD_SIGNS.get(word.toLowerCase());
    if (digits !== undefined) tokens.push({ kind: 'number', text: digits, ...place });
    else if (operation !== undefined) tokens.push({ kind: 'sign', text: operation, ...place });
    else if (word !== undefined || slash !== undefined) {
      // Units are read over; the value is the same without them.
      if (!endsOperand(tokens.at(-1)))
        throw new Unreadable(`"${word ?? whole}" is not part of arithmetic`);
    } else if (other !== undefined) {
      const sign = SIGNS[other];
      if (sign === undefined || !Object.hasOwn(SIGNS, other) || isUnknown(text, place.start))
        throw new Unreadable(`"${other}" is not part of arithmetic`);
      tokens.push({ kind: 'sign', text: sign, ...place });
    }
  }
  return tokens;
}

/** Recursive descent: sum -> product -> signed -> postfix -> number or bracket. */
class Parser {
  private position = 0;
  private depth = 0;
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  parse(): Expression {
    const expression = this.sum();
    const left = this.peek();
    if (left.kind !== 'end') throw new Unreadable(`an operator is missing before "${left.text}"`);
    return expression;
  }

  private peek(): Token {
    return this.tokens[this.position] ?? { kind: 'end', text: '', start: 0, end: 0 };
  }

  private take(...signs: readonly string[]): string | null {
    const token = this.peek();
    if (token.kind !== 'sign' || !signs.includes(token.text)) return null;
    this.position += 1;
    return token.text;
  }

  private sum(): Expression {
    let left = this.product();
    for (let sign = this.take('+', '-'); sign !== null; sign = this.take('+', '-'))
      left = {
        kind: 'operation',
        operator: sign === '+' ? '+' : '-',
        left,
        right: this.product(),
      };
    return left;
  }

  private product(): Expression {
    let left = this.signed();
    for (let sign = this.takeFactorSign(); sign !== null; sign = this.takeFactorSign())
      left = {
        kind: 'operation',
        operator: sign === '*' ? '*' : '/',
        left,
        right: this.signed(),
      };
    return left;
  }

  /** `*` or `/`; a bracket right after a factor is multiplied with it. */
  private takeFactorSign(): string | null {
    const isProduct = this.peek().text === '(' && endsOperand(this.tokens[this.position - 1]);
    return isProduct ? '*' : this.take('*', '/');
  }

  private signed(): Expression {
    const sign = this.take('+', '-');
    if (sign === null) return this.postfix();
    const of = this.nested(() => this.signed());
    return sign === '-' ? { kind: 'negation', of } : of;
  }

  private postfix(): Expression {
    let operand = this.primary();
    if (this.take('%') !== null) operand = { kind: 'percent', of: operand };
    return operand;
  }

  private primary(): Expression {
    if (this.take('(') !== null) {
      const inside = this.nested(() => this.sum());
      if (this.take(')') === null) throw new Unreadable('a bracket is not closed');
      return inside;
    }
    const token = this.peek();
    if (token.kind !== 'number')
      throw new Unreadable(
        token.kind === 'end'
          ? 'a number is missing at the end'
          : `a number is missing before "${token.text}"`,
      );
    const value = parseDecimal(token.text);
    if (value === null) throw new Unreadable(`"${token.text}" is not a number`);
    this.position += 1;
    return { kind: 'number', value, start: token.start, end: token.end };
  }

  private nested(read: () => Expression): Expression {
    this.depth += 1;
    if (this.depth > MAXIMUM_EXPRESSION_DEPTH)
      throw new Unreadable(`it is nested more than ${MAXIMUM_EXPRESSION_DEPTH} deep`);
    const expression = read();
    this.depth -= 1;
    return expression;
  }
}

/** Reads an expression; `error` is a clause that completes "... because ". Never throws. */
export function parseExpression(text: string): Parsed {
  if (text.length > MAXIMUM_EXPRESSION_LENGTH)
    return { expression: null, error: `it is longer than ${MAXIMUM_EXPRESSION_LENGTH} characters` };
  try {
    return { expression: new Parser(tokenize(text)).parse(), error: null };
  } catch (error) {
    if (error instanceof Unreadable) return { expression: null, error: error.message };
    throw error;
  }
}

/** The exact value, or null where it divides by zero. */
export function evaluateExpression(expression: Expression): Rational | null {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'negation':
    case 'percent': {
      const value = evaluateExpression(expression.of);
      if (value === null) return null;
      return expression.kind === 'negation' ? negate(value) : divide(value, HUNDRED);
    }
    case 'operation': {
      const left = evaluateExpression(expression.left);
      const right = evaluateExpression(expression.right);
      if (left === null || right === null) return null;
      if (expression.operator === '+') return add(left, right);
      if (expression.operator === '-') return subtract(left, right);
      if (expression.operator === '*') return multiply(left, right);
      return divide(left, right);
    }
    default:
      return expression satisfies never;
  }
}

/** A number as it stands in an expression; `start` and `end` are offsets in the expression's text. */
export interface Operand {
  readonly value: Rational;
  readonly start: number;
  readonly end: number;
}

/** The numbers of an expression in reading order; signs and percent marks are not applied. */
export function operandsOf(expression: Expression): Operand[] {
  switch (expression.kind) {
    case 'number':
      return [{ value: expression.value, start: expression.start, end: expression.end }];
    case 'negation':
    case 'percent':
      return operandsOf(expression.of);
    case 'operation':
      return [...operandsOf(expression.left), ...operandsOf(expression.right)];
    default:
      return expression satisfies never;
  }
}

/** Terms of a sum, or factors of a product, each with the mark of its operator. */
function flatten(
  expression: Expression,
  first: '+' | '*',
  second: '-' | '/',
  inverse: boolean,
): string[] {
  if (
    expression.kind === 'operation' &&
    (expression.operator === first || expression.operator === second)
  ) {
    const flips = expression.operator === second;
    return [
      ...flatten(expression.left, first, second, inverse),
      ...flatten(expression.right, first, second, inverse !== flips),
    ];
  }
  return [`${inverse ? second : first}${canonicalForm(expression)}`];
}

/** One string for expressions that differ only in spacing, signs' shapes or the order of terms: `4*3` and `3 x 4`. */
export function canonicalForm(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return keyOf(expression.value);
    case 'negation':
      return `(-${canonicalForm(expression.of)})`;
    case 'percent':
      return `(${canonicalForm(expression.of)}%)`;
    case 'operation': {
      const sum = expression.operator === '+' || expression.operator === '-';
      const parts = sum
        ? flatten(expression, '+', '-', false)
        : flatten(expression, '*', '/', false);
      return `(${parts.sort().join('')})`;
    }
    default:
      return expression satisfies never;
  }
}
