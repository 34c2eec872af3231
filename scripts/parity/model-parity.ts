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
 * Runs on the current tfjs backend.
 *
 * @param report gets the results of each group as they come
 * @param slow whether optimizers are followed for 30 updates each, which a software GPU takes many minutes
 *   for, and whether adapters and odd sizes are compared, which have it compile kernels for a minute
 */
export async function modelParity(
  folder: OracleFolder,
  report: (comparisons: readonly Comparison[]) => void,
  slow: {
    readonly optimizers: boolean;
    readonly adapters: boolean;
    readonly oddSizes: boolean;
  },
): Promise<Comparison[]> {
  const results: Comparison[] = [];
  for (const check of [
    forwardParity,
    gradientParity,
    ...(slow.optimizers ? [optimizerParity] : []),
    quantisedParity,
    ...(slow.adapters ? [adapterParity] : []),
    ...(slow.oddSizes ? [oddShapeParity] : []),
  ]) {
    const group = await check(folder);
    report(group);
    results.push(...group);
  }
  return results;
}
