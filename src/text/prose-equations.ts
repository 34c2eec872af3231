/** Finds equations that are written in prose, such as `48 clips / 2 = 24 clips`. */

export interface FoundEquation {
  /** Arithmetic without units, currency or spaces. */
  readonly left: string;
  /** What stands between in a chain, `5*4` of `(2+3)*4 = 5*4 = 20`. */
  readonly between: readonly string[];
  readonly right: string;
  /** Where the equation's left side begins. */
  readonly start: number;
  /** Where its result begins, which stays in the prose. */
  readonly end: number;
}

// Every repetition is bounded, so that no text takes quadratic time.
const NUMBER = String.raw`[$]?(?:\d{1,3}(?:,\d{3}){1,9}|\d{1,30})(?:\.\d{1,30})?%?`;
/** Up to three words after a number: `3 dollars per hour`, `3 dollars/hour`, `$3/hour`. */
const UNIT = String.raw`(?:/[A-Za-z]{2,20})?(?: (?!of\b|and\b|is\b|x\b)[A-Za-z]+(?:/[A-Za-z]+)?){0,3}`;
const OPERAND = String.raw`\({0,8}-?${NUMBER}${UNIT}\){0,8}`;
const OPERATOR = String.raw`(?: ?[-+*/] ?| ?[xX] ?(?=[$(\d])|(?<=[\d%)]) of )`;
/** Most operations of one expression; longer ones are no school arithmetic, and every search stays short. */
const MOST_OPERATIONS = 12;
const EXPRESSION = String.raw`${OPERAND}(?:${OPERATOR}${OPERAND}){0,${MOST_OPERATIONS}}`;
const RESULT = String.raw`-?${NUMBER}(?![.,]?\d| ?[-+*/] ?[$(]?\d)`;
const EQUATION = new RegExp(
  String.raw`(?<![\d.,])(${OPERAND}(?:${OPERATOR}${OPERAND}){1,${MOST_OPERATIONS}}) ?= ?((?:${EXPRESSION} ?= ?){0,4})(?=(${RESULT}))`,
  'g',
);

/**
 * The equations of a text in plain characters, in their order. An equation has an operation on its left
 * side and a number at its end. An operation on words (`24 more than 48`) is not found.
 */
export function findEquations(text: string): FoundEquation[] {
  const found: FoundEquation[] = [];
  for (const match of text.matchAll(EQUATION)) {
    const [whole, written = '', middle = '', result = ''] = match;
    const inner = balanced(written);
    if (inner === null) continue;
    found.push({
      left: arithmetic(inner),
      between: middle.split('=').slice(0, -1).map(arithmetic),
      right: arithmetic(result),
      start: match.index + written.indexOf(inner),
      end: match.index + whole.length,
    });
  }
  return found;
}

/** The expression without brackets of the sentence around it; null where brackets do not pair. */
function balanced(expression: string): string | null {
  let inner = expression;
  const surplus = () => (inner.match(/\(/g)?.length ?? 0) - (inner.match(/\)/g)?.length ?? 0);
  while (surplus() > 0 && inner.startsWith('(')) inner = inner.slice(1);
  return surplus() === 0 ? inner : null;
}

function arithmetic(expression: string): string {
  return expression
    .replace(/ ?[xX] ?(?=[$(\d])| of /g, '*')
    .replace(/[ /][A-Za-z]+(?:\/[A-Za-z]+)?/g, '')
    .replace(/[$\s]/g, '');
}
