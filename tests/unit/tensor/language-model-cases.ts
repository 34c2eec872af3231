/** Labels and teacher candidates for tests of the language-model loss. */

import type { Random } from '../../../src/data/random';
import { IGNORED_LABEL } from '../../../src/tensor/cross-entropy';

/** A label for every row, each fourth ignored; the vocabulary's first and last word are among them. */
export function chosenLabels(random: Random, rows: number, vocabulary: number): number[] {
  return Array.from({ length: rows }, (_, row) => {
    if (row % 4 === 3) return IGNORED_LABEL;
    if (row === 0) return vocabulary - 1;
    return row === 1 ? 0 : random.integer(0, vocabulary - 1);
  });
}

/** So many different tokens for every row, one row after the other. */
export function chosenCandidates(
  random: Random,
  rows: number,
  vocabulary: number,
  candidates: number,
): number[] {
  return Array.from({ length: rows }, () =>
    random.shuffle(Array.from({ length: vocabulary }, (_, id) => id)).slice(0, candidates),
  ).flat();
}
