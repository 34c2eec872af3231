/** `malformed`: an equation that was opened but cannot be read, an unknown token, or a step that is too long. */

import { MAXIMUM_STEPS, MAXIMUM_STEP_CHARACTERS } from '../chain';
import { passed, rejected } from '../evidence';
import type { Check } from '../evidence';

/** Longest step, in tokens. */
export const MAXIMUM_STEP_TOKENS = 60;

/** What tokenizers print for a token they do not know. */
const UNKNOWN_TOKEN = /\u2047|\ufffd|<unk>/u;

/**
 * About the number of tokens of a step, the same for every teacher: a word of up to eight letters, three digits
 * or a sign is one (the T5 tokenizer comes within a few percent of it on GSM8K).
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const [piece, word, digits] of text.matchAll(/(\p{L}+)|(\d+)|[^\s]/gu))
    tokens +=
      word !== undefined
        ? Math.ceil(piece.length / 8)
        : digits !== undefined
          ? Math.ceil(piece.length / 3)
          : 1;
  return tokens;
}

export const malformed: Check = ({ step, index }) => {
  if (index >= MAXIMUM_STEPS)
    return rejected(
      'malformed',
      0,
      `The rationale has more than ${MAXIMUM_STEPS} steps; the rest is not read.`,
    );
  if (step.text.length > MAXIMUM_STEP_CHARACTERS)
    return rejected(
      'malformed',
      0,
      `The step has ${step.text.length} characters; ${MAXIMUM_STEP_CHARACTERS} are the most that is read.`,
    );
  if (step.step.malformed !== null) return rejected('malformed', 0, step.step.malformed);
  if (step.unreadable !== null) return rejected('malformed', 0, step.unreadable);
  if (UNKNOWN_TOKEN.test(step.text))
    return rejected('malformed', 0, 'The step has a character that the model does not know.');
  const tokens = estimateTokens(step.text);
  if (tokens > MAXIMUM_STEP_TOKENS)
    return rejected(
      'malformed',
      MAXIMUM_STEP_TOKENS / tokens,
      `The step is about ${tokens} tokens long; ${MAXIMUM_STEP_TOKENS} are the most for one step.`,
    );
  return passed('malformed');
};
