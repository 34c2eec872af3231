/** `repeated`: the step computes or says what a kept step has already computed or said. */

import type { ChainStep } from '../chain';
import { operandsUsed, resultsOf } from '../dependencies';
import { passed, rejected } from '../evidence';
import type { Check, Evidence } from '../evidence';
import { canonicalForm } from '../expression';
import { ONE, ZERO, equal, keyOf } from '../rational';
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

/** True where two steps have the same words, and not merely the same bare equation. */
const sameText = (first: ChainStep, second: ChainStep): boolean =>
  first.words.size > 0 && jaccard(first.tokens, second.tokens) === 1;

/** The kept step whose result this one only writes down again: `[24=24]`, `[24*1=24]`, `[24+0=24]`. */
function restated({ step, kept, facts }: Evidence): number | undefined {
  if (step.equation === null) return undefined;
  const { operands, stated } = step.equation;
  // `3 erasers at $1 each are [3*1=3]` takes its numbers from the question, whatever step has found a 3.
  if (facts.stated.literal.has(keyOf(stated))) return undefined;
  const others = operands.filter(({ value }) => !equal(value, stated));
  if (others.length === operands.length) return undefined;
  const neutral = others.every(
    ({ value }) =>
      !facts.stated.literal.has(keyOf(value)) && (equal(value, ONE) || equal(value, ZERO)),
  );
  return neutral ? kept.byResult.get(keyOf(stated)) : undefined;
}

/** The kept step that has every number and every word of subject of this sentence, which then says nothing new. */
function retold({ step, kept }: Evidence): number | undefined {
  const numbers = step.mentioned.map(keyOf);
  if (numbers.length === 0) return undefined;
  return kept.list.find(({ step: earlier }) => {
    const known = new Set([...resultsOf(earlier), ...operandsUsed(earlier)].map(keyOf));
    return (
      numbers.every((number) => known.has(number)) &&
      [...step.words].every((word) => earlier.words.has(word))
    );
  })?.index;
}

export const repeated: Check = (evidence) => {
  const { step, kept, countedTwice } = evidence;
  // `10 apples for [5*2=10] | 10 pears for [5*2=10] | [10+10=20]` needs both.
  if (countedTwice && !kept.list.some((earlier) => sameText(earlier.step, step)))
    return passed('repeated');
  const source = restated(evidence);
  if (source !== undefined)
    return rejected('repeated', 0, `Step ${source + 1} has this result already.`);
  if (step.equation !== null) {
    const twin = kept.byLeftSide.get(canonicalForm(step.equation.left));
    if (twin === undefined) return passed('repeated');
    const similarity = sharedSubject(step.text, twin.step.text);
    const outcome =
      similarity < SAME_SUBJECT
        ? passed('repeated', 1 - similarity)
        : rejected('repeated', 1 - similarity, `Step ${twin.index + 1} has computed this already.`);
    return { ...outcome, threshold: 1 - SAME_SUBJECT };
  }
  const told = retold(evidence);
  if (told !== undefined) return rejected('repeated', 0, `Step ${told + 1} has said this already.`);
  let closest = { similarity: 0, index: 0 };
  for (const earlier of kept.list) {
    // Two calculations in the same words are two calculations.
    if (earlier.step.equation !== null) continue;
    const similarity = jaccard(step.tokens, earlier.step.tokens);
    if (similarity > closest.similarity) closest = { similarity, index: earlier.index };
  }
  const outcome =
    closest.similarity < SAME_TEXT
      ? passed('repeated', 1 - closest.similarity)
      : rejected(
          'repeated',
          1 - closest.similarity,
          `Step ${closest.index + 1} has said this already.`,
        );
  return { ...outcome, threshold: 1 - SAME_TEXT };
};
