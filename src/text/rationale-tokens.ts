/** The tokens of a rationale, step by step: what a student is forced along and where each step's weight goes. */

import { parseRationale } from './grammar';
import type { Tokenizer } from './tokenizer';

export interface RationaleTokens {
  /** All tokens with the end token: what a student trains on. */
  readonly target: readonly number[];
  /** Where each step ends, its separator included; the first begins at 0, the answer follows the last. */
  readonly stepEnds: readonly number[];
}

/**
 * Cuts a rationale's tokens at its steps. Tokens never cross a space (Kudo and Richardson 2018 mark a word's
 * begin), so the text up to a separator has the same tokens alone as in front of the rest.
 *
 * @returns null for a text whose tokens do not fall apart so: one that does not follow the grammar
 */
export function rationaleTokens(rationale: string, tokenizer: Tokenizer): RationaleTokens | null {
  const target = tokenizer.encode(rationale);
  const stepEnds: number[] = [];
  let text = '';
  for (const step of parseRationale(rationale).steps) {
    text += `${text === '' ? '' : ' '}${step.text} |`;
    const tokens = tokenizer.encode(text).slice(0, -1);
    if (tokens.some((token, place) => token !== target[place])) return null;
    stepEnds.push(tokens.length);
  }
  return { target, stepEnds };
}

/** The tokens of all steps before one: what the student is given when it is to write that step. */
export function tokensBefore({ target, stepEnds }: RationaleTokens, step: number): number[] {
  return target.slice(0, step === 0 ? 0 : stepEnds[step - 1]);
}

/**
 * The weight of every token of a rationale from one a step; the answer counts once.
 *
 * @throws Error where there is not one weight for each step
 */
export function tokenWeights(
  { target, stepEnds }: RationaleTokens,
  stepWeights: readonly number[],
): number[] {
  if (stepWeights.length !== stepEnds.length) {
    throw new Error(
      `Step weights: expected one for each of ${stepEnds.length} steps, found ${stepWeights.length}.`,
    );
  }
  const weights = target.map(() => 1);
  stepWeights.forEach((weight, step) => {
    weights.fill(weight, step === 0 ? 0 : stepEnds[step - 1], stepEnds[step]);
  });
  return weights;
}

/** The mean loss of each step's tokens, from the losses of all tokens of the target. */
export function stepLosses(
  { stepEnds }: RationaleTokens,
  tokenLosses: ArrayLike<number>,
): number[] {
  return stepEnds.map((end, step) => {
    const start = step === 0 ? 0 : (stepEnds[step - 1] ?? 0);
    let sum = 0;
    for (let place = start; place < end; place++) sum += tokenLosses[place] ?? 0;
    return sum / Math.max(1, end - start);
  });
}
