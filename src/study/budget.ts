/** How long each method trains: the same number of target tokens, or the same number of updates. */

import type { ExampleSet } from '../distill/examples';
import type { StudyConfiguration } from './configuration';

/**
 * Updates of one method: it trains until `targetTokens` target tokens or `maximumUpdates` updates,
 * whichever comes first; fixed beforehand, because the learning-rate schedule needs its length. A
 * method without examples does not train.
 */
export function plannedUpdates(
  set: Pick<ExampleSet, 'examples' | 'targetTokens'>,
  training: Pick<StudyConfiguration['training'], 'targetTokens' | 'maximumUpdates' | 'batchSize'>,
): number {
  const { length } = set.examples;
  if (length === 0) return 0;
  const tokensPerUpdate = (set.targetTokens / length) * Math.min(training.batchSize, length);
  return Math.min(training.maximumUpdates, Math.ceil(training.targetTokens / tokensPerUpdate));
}
