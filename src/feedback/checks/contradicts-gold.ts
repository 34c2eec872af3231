/** `contradicts-gold`: the final answer, which this step concludes with, is not the gold answer. */

import { resultsOf } from '../dependencies';
import { passed, rejected } from '../evidence';
import type { Check } from '../evidence';
import { equal, keyOf, parseDecimal } from '../rational';

/** Score of a step whose result the gold solution does not have: a sign, but no proof (another way may be right). */
const NOT_AMONG_GOLD = 0.5;

export const contradictsGold: Check = ({ step, chain, facts, concludes }) => {
  const among =
    step.equation === null || resultsOf(step).some((value) => facts.goldValues.has(keyOf(value)));
  if (!concludes) return passed('contradicts-gold', among ? 1 : NOT_AMONG_GOLD);
  if (chain.answer === null)
    return rejected('contradicts-gold', 0, 'The rationale ends without a final answer.');
  const answer = parseDecimal(chain.answer);
  if (answer === null || facts.goldAnswer === null || !equal(answer, facts.goldAnswer))
    return rejected(
      'contradicts-gold',
      0,
      `The final answer is ${chain.answer.slice(0, 40)}, the right one is ${facts.goldAnswerText}.`,
    );
  return passed('contradicts-gold', among ? 1 : NOT_AMONG_GOLD);
};
