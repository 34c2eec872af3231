/** How likely a T5 finds the end of a rationale behind its beginning: its answer, or later steps and the answer. */

import type { T5Model } from '../t5/model';
import { scoreContinuations, type Continuation } from '../t5/score-continuations';
import type { Tokenizer } from '../text/tokenizer';

/** A rationale in the grammar, cut where what is asked about begins. */
export interface PartedRationale {
  readonly given: string;
  /** Not empty. */
  readonly asked: string;
}

/** A question and rationales that are asked about. */
export interface RationaleQuestion {
  readonly prompt: string;
  readonly rationales: readonly PartedRationale[];
}

/** What a model says of the part that was asked about. */
export interface RationaleScore {
  /** Natural logarithm of its probability behind what is given, the end token included. */
  readonly logProbability: number;
  /** Its tokens, the end token included. */
  readonly tokens: number;
}

/** Cuts a rationale's tokens where they and those of the given part alone differ: a piece may span the cut. */
export function rationaleContinuation(
  tokenizer: Tokenizer,
  { given, asked }: PartedRationale,
): Continuation {
  const ids = tokenizer.encode(given + asked);
  const before = given.trim() === '' ? [] : tokenizer.encode(given.trimEnd());
  const parted = ids.findIndex((id, place) => id !== before[place]);
  const start = parted < 0 ? 0 : parted;
  return { prefix: ids.slice(0, start), target: ids.slice(start) };
}

/**
 * The score of each rationale's asked part, a list a question.
 *
 * @param batchSize most rationales in the decoder at a time
 */
export async function scoreRationales(
  model: T5Model,
  tokenizer: Tokenizer,
  questions: readonly RationaleQuestion[],
  batchSize: number,
): Promise<RationaleScore[][]> {
  const inputs = questions.map(({ prompt, rationales }) => ({
    input: tokenizer.encode(prompt),
    continuations: rationales.map((rationale) => rationaleContinuation(tokenizer, rationale)),
  }));
  const scores = await scoreContinuations(model, inputs, batchSize);
  return inputs.map(({ continuations }, question) =>
    continuations.map(({ target }, row) => ({
      logProbability: scores[question]?.[row] ?? Number.NaN,
      tokens: target.length,
    })),
  );
}
