/** `redundant`: no path of results leads from this step to the gold answer (backward slice), and it makes nothing likelier. */

import { passed, rejected } from '../evidence';
import type { Check } from '../evidence';
import { NEED_SIGNALS, stepHelps } from '../likelihood/undecided';

/** Score of a step that the answer does not rest on, but that a model finds helpful. */
const HELPS_ONLY = 0.5;

export const redundant: Check = ({ step, needed, likelihoods }) => {
  const helps = stepHelps(likelihoods, NEED_SIGNALS);
  if (needed === false)
    return helps === true
      ? passed('redundant', HELPS_ONLY)
      : rejected('redundant', 0, 'The answer does not need this step.');
  // What a sentence is for, rules cannot tell; models are asked where no later step takes its numbers.
  return step.equation === null && helps === false
    ? rejected('redundant', 0, 'Nothing that follows is likelier for this sentence.')
    : passed('redundant');
};
