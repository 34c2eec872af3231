/** `off-topic`: the step shares no number and no word with the question or the steps before it, nor a value with the gold solution. */

import { operandsUsed } from '../dependencies';
import { passed, reachesGoldValue, rejected } from '../evidence';
import type { Check } from '../evidence';
import { stepHelps, TOPIC_SIGNALS } from '../likelihood/undecided';
import { keyOf } from '../rational';

export const offTopic: Check = ({ step, facts, kept, likelihoods }) => {
  const operands = operandsUsed(step);
  const known = operands.filter((value) => {
    const key = keyOf(value);
    return facts.stated.forms.has(key) || kept.values.has(key);
  });
  const words = [...step.words];
  const shared = words.filter((word) => facts.words.has(word) || kept.words.has(word));
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  const score = Math.max(share(known.length, operands.length), share(shared.length, words.length));
  // The right value is on topic whatever it is called (`x=[7=7]`).
  if (reachesGoldValue(step, facts)) return passed('off-topic', score);
  // `Let us see.` has neither numbers nor words of a subject: there is nothing to be off.
  if (score > 0 || (operands.length === 0 && words.length < 2)) return passed('off-topic', score);
  if (stepHelps(likelihoods, TOPIC_SIGNALS) === true) return passed('off-topic', score);
  return rejected(
    'off-topic',
    score,
    'The step shares no number and no word with the question or an earlier step.',
  );
};
