/** Every check of a T5 against a folder of PyTorch's results, and of odd sizes against the plain composition. */

import { adapterParity } from './adapter-parity';
import type { Comparison } from './comparison';
import { forwardParity } from './forward-parity';
import { gradientParity } from './gradient-parity';
import { optimizerParity } from './optimizer-parity';
import { oddShapeParity } from './odd-shape-parity';
import type { OracleFolder } from './oracle-folder';
import { quantisedParity } from './quantised-parity';

/**
 * How much is compared. `brief` is for a software GPU, which compiles every kernel for a while: what a study
 * computes on one, without the losses composed from all logits, weights dequantised while loading, the optimizers'
 * updates, adapters and odd sizes.
 */
export type ParityExtent = 'whole' | 'brief';

/**
 * Runs on the current tfjs backend.
 *
 * @param report gets the results of each group as they come
 */
export async function modelParity(
  folder: OracleFolder,
  report: (comparisons: readonly Comparison[]) => void,
  extent: ParityExtent = 'whole',
): Promise<Comparison[]> {
  const results: Comparison[] = [];
  const whole = extent === 'whole';
  for (const check of [
    forwardParity,
    gradientParity,
    ...(whole ? [optimizerParity] : []),
    quantisedParity,
    ...(whole ? [adapterParity, oddShapeParity] : []),
  ]) {
    const group = await check(folder, extent);
    report(group);
    results.push(...group);
  }
  return results;
}
