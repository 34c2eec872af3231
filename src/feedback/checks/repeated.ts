/** `repeated`: the step computes or says what a kept step has already computed or said. */

import { passed, rejected } from '../evidence';
import type { Check } from '../evidence';
import { canonicalForm } from '../expression';
import { contentWords, jaccard } from '../words';

/** Shared share of the tokens from which two steps say the same. */
const SAME_TEXT = 0.9;
/** Shared share of the content words below which the same calculation is about something else. */
const SAME_SUBJECT = 0.5;

/** Shared share of what two steps are about; 1 where either says nothing but the equation. */
function sharedSubject(first: string, second: string): number {
  const [one, other] = [contentWords(first), contentWords(second)];
  return one.size === 0 || other.size === 0 ? 1 : jaccard(one, other);
}

export const repeated: Check = ({ step, kept, countedTwice }) => {
  // `10 apples for [5*2=10] | 10 pears for [5*2=10] | [10+10=20]` needs both.
  if (countedTwice) return passed('repeated');
  if (step.equation !== null) {
    const twin = kept.byLeftSide.get(canonicalForm(step.equation.left));
    if (twin === undefined) return passed('repeated');
    const similarity = sharedSubject(step.text, twin.step.text);
    return similarity < SAME_SUBJECT
      ? passed('repeated', 1 - similarity)
      : rejected('repeated', 1 - similarity, `Step ${twin.index + 1} has computed this already.`);
  }
  let closest = { similarity: 0, index: 0 };
  for (const earlier of kept.list) {
    // Two calculations in the same words are two calculations.
    if (earlier.step.equation !== null) continue;
    const similarity = jaccard(step.tokens, earlier.step.tokens);
    if (similarity > closest.similarity) closest = { similarity, index: earlier.index };
  }
  return closest.similarity < SAME_TEXT
    ? passed('repeated', 1 - closest.similarity)
    : rejected(
        'repeated',
        1 - closest.similarity,
        `Step ${closest.index + 1} has said this already.`,
      );
};
