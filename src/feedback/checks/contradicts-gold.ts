/** `contradicts-gold`: this step concludes with a wrong final answer, or leads to it over a value the gold solution does not have. */

import { passed, reachesGoldValue, rejected } from '../evidence';
import type { Check } from '../evidence';
import { describe } from '../rational';

/** Score of a step whose result the gold solution does not have: a sign, but no proof (another way may be right). */
const NOT_AMONG_GOLD = 0.5;
/** Score of the same where the way was gone to its end and the end is wrong. */
const ON_A_WRONG_WAY = 0.25;
/** Score of a wrong conclusion in a value that the gold solution has: right so far, but not the answer. */
const STOPS_EARLY = 0.25;

/**
 * The rest of the rationale is one continuation of every step in it: where it ends in the gold answer, a value that
 * the gold solution does not have is another way; where it does not, the step is rejected.
 */
export const contradictsGold: Check = ({ step, chain, facts, concludes, endsRight }) => {
  if (facts.gold === null) return passed('contradicts-gold');
  const among = step.equation === null || reachesGoldValue(step, facts);
  const score = among ? STOPS_EARLY : 0;
  if (concludes && chain.answer === null)
    return rejected('contradicts-gold', score, 'The rationale ends without a final answer.');
  if (concludes && endsRight === false)
    return rejected(
      'contradicts-gold',
      score,
      `The final answer is ${chain.answer?.slice(0, 40)}, the right one is ${facts.gold.answerText}.`,
    );
  if (among) return passed('contradicts-gold');
  if (endsRight === true) return passed('contradicts-gold', NOT_AMONG_GOLD);
  return rejected(
    'contradicts-gold',
    ON_A_WRONG_WAY,
    `The author’s solution has no ${describe(step.equation.stated)}, and this way ends in a wrong answer.`,
  );
};
