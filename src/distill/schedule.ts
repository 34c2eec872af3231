/** The learning rate over a run: linear warmup, then linear decay to a tenth. */

/** The learning rate never falls below this share of its peak, so that late examples still count. */
export const FINAL_SHARE = 0.1;

/**
 * @param update number of the update, counted from 1
 * @param warmupUpdates updates until the peak is reached; with 0 the first update is the first of the decay
 */
export function scheduledLearningRate(
  update: number,
  {
    peak,
    warmupUpdates,
    totalUpdates,
  }: {
    peak: number;
    warmupUpdates: number;
    totalUpdates: number;
  },
): number {
  if (update <= warmupUpdates) return (peak * update) / warmupUpdates;
  const remaining = (totalUpdates - update) / Math.max(1, totalUpdates - warmupUpdates);
  return peak * (FINAL_SHARE + (1 - FINAL_SHARE) * Math.max(0, remaining));
}
