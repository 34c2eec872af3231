/** Choosing every row's next token on the device: the likeliest, or drawn with given random numbers. */

import type * as tf from '@tensorflow/tfjs-core';
import { hasKernel, outputAt, runKernel } from './fused-kernel';

export interface TokenDraw {
  /** Above 0; logits are divided by it. */
  readonly temperature: number;
  /** Draw only among this many likeliest tokens; all when absent. */
  readonly topK: number | undefined;
  /** Numbers in [0, 1), float `[steps, rows]`. */
  readonly uniforms: tf.Tensor;
  /** The row of `uniforms` to use. */
  readonly step: number;
}

/** Whether the current backend can choose tokens; where it cannot, logits are read and chosen from. */
export function canChooseTokens(): boolean {
  return hasKernel('ChooseTokens') && hasKernel('DrawTokens');
}

/**
 * @param logits `[rows, vocabulary]`
 * @param draw null for the likeliest tokens, of equal ones the first
 * @returns int32 `[rows]`
 * @throws Error when the random numbers do not fit the logits
 */
export function chooseTokens(logits: tf.Tensor, draw: TokenDraw | null): tf.Tensor {
  if (draw === null) return outputAt(runKernel('ChooseTokens', { logits }), 0);
  const { uniforms, step, temperature, topK } = draw;
  const [rows = 0, vocabulary = 0] = logits.shape;
  const [steps = 0, columns] = uniforms.shape;
  if (columns !== rows || step >= steps || temperature <= 0) {
    throw new Error(
      `chooseTokens: expected a temperature above 0 and ${rows} random numbers for step ${step}, found ${temperature} and [${uniforms.shape.join(', ')}].`,
    );
  }
  const settings = { step, temperature, topK: Math.min(topK ?? vocabulary, vocabulary) };
  return outputAt(runKernel('DrawTokens', { logits, uniforms }, settings), 0);
}
