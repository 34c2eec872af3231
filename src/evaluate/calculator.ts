/** A calculator for decoding: what an equation has to say after its "=", as soon as that is written. */

import { evaluateExpression, parseExpression } from '../feedback/expression';
import { exactDecimal } from '../feedback/rational';
import type { Tokenizer } from '../text/tokenizer';

/** An equation in brackets that is open at the end of a text: its left side, and what stands after its only "=". */
const OPEN_EQUATION = /\[([^[\]=]+)=([^[\]=]*)$/;

/**
 * What completes the equation at the end of a text: the rest of its exact result and the closing bracket. Null where
 * no equation is open, its left side is no arithmetic, its result is no finite decimal (what is rounded how is the
 * writer's choice), or something else is written after the "=" already.
 */
export function equationCompletion(text: string): string | null {
  const match = OPEN_EQUATION.exec(text);
  if (match === null) return null;
  const [, left = '', begun = ''] = match;
  const { expression } = parseExpression(left);
  const value = expression === null ? null : evaluateExpression(expression);
  const result = value === null ? null : exactDecimal(value);
  const written = begun.trimStart();
  return result?.startsWith(written) === true ? `${result.slice(written.length)}]` : null;
}

/** The same for tokens, as the guide of a generation: which tokens complete the equation, none where it is free. */
export function calculatorGuide(
  tokenizer: Tokenizer,
): (row: number, written: readonly number[]) => readonly number[] {
  return (_row, written) => {
    const text = tokenizer.decode(written);
    const completion = equationCompletion(text);
    return completion === null ? [] : continuingTokens(tokenizer, text, completion);
  };
}

/** Tokens that continue a text by another; none where the tokenizer joins the two at their seam. */
function continuingTokens(tokenizer: Tokenizer, text: string, completion: string): number[] {
  const whole = tokenizer.encode(text + completion).slice(0, -1);
  const begin = tokenizer.encode(text).slice(0, -1);
  const tokens = whole.slice(begin.length);
  // Read behind the text: a piece alone would lose the space in front of it.
  return tokenizer.decode([...begin, ...tokens]) === tokenizer.decode(begin) + completion
    ? tokens
    : [];
}
