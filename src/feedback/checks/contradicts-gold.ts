/** `contradicts-gold`: this step concludes with a wrong final answer, or leads away from the right one. */

import { fallsAtStep, fallsFromAllToNone, type StepRollouts } from '../../rationale/rollouts';
import { passed, reachesGoldValue, rejected } from '../evidence';
import type { Check } from '../evidence';
import { describe } from '../rational';

/** Score of a step whose result the gold solution does not have: a sign, but no proof (another way may be right). */
const NOT_AMONG_GOLD = 0.5;
/** Score of the same where the way was gone to its end and the end is wrong. */
const ON_A_WRONG_WAY = 0.25;
/** Score of a step that the teacher reaches the right answer before and no more behind. */
const LEADS_AWAY = 0.1;
/** Score of a wrong conclusion in a value that the gold solution has: right so far, but not the answer. */
const STOPS_EARLY = 0.25;

function fallSentence({ before, behind }: StepRollouts): string {
  return `Before this step ${before?.right} of ${before?.of} continuations of the teacher reach the right answer, behind it none of ${behind?.of}.`;
}

/**
 * The rest of the rationale is one continuation of every step in it: where it ends in the gold answer, a value that
 * the gold solution does not have is another way; where it does not, the step is rejected, unless a verified rollout
 * builds on it. A value that the gold solution has is a sign for the step, so that only rollouts which all
 * end there before it and none behind it speak against that.
 */
export const contradictsGold: Check = (evidence) => {
  const { step, index, chain, facts, concludes, endsRight, rollouts } = evidence;
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
  if (endsRight === true) return passed('contradicts-gold', among ? 1 : NOT_AMONG_GOLD);
  if (among)
    return fallsFromAllToNone(rollouts, index)
      ? rejected('contradicts-gold', LEADS_AWAY, fallSentence(rollouts))
      : passed('contradicts-gold');
  if (rollouts.vouched) return passed('contradicts-gold', NOT_AMONG_GOLD);
  if (fallsAtStep(rollouts))
    return rejected('contradicts-gold', LEADS_AWAY, fallSentence(rollouts));
  return rejected(
    'contradicts-gold',
    ON_A_WRONG_WAY,
    `The author’s solution has no ${describe(step.equation.stated)}, and this way ends in a wrong answer.`,
  );
};
