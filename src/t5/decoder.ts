/** The T5 decoder under teacher forcing: all positions at once. */

import * as tf from '@tensorflow/tfjs-core';
import { attention } from '../tensor/attention';
import { embedding } from '../tensor/embedding';
import { linear } from '../tensor/linear';
import { recomputed } from '../tensor/recomputed';
import { rmsNorm } from '../tensor/rms-norm';
import {
  crossAttentionLayer,
  crossKeysAndValues,
  feedForwardLayer,
  selfAttentionLayer,
} from './layers';
import type { T5Model } from './model';
import { relativeBiasName } from './parameters';
import { relativePositionBias } from './relative-position';

/**
 * @param ids decoder inputs (labels shifted right), int32 `[batch, length]`
 * @param encoderStates `[batch, inputLength, model]`
 * @param encoderMask float `[batch, inputLength]`, or null when nothing is padded
 * @param recomputes whether the backward pass computes every block again, for less memory
 * @returns the last hidden states after the final norm, `[batch, length, model]`
 */
export function decode(
  model: T5Model,
  ids: tf.Tensor,
  encoderStates: tf.Tensor,
  encoderMask: tf.Tensor | null,
  recomputes = false,
): tf.Tensor {
  return tf.tidy(() => {
    const embedded = embedding(model.matrix('shared.weight'), ids);
    return decodeEmbedded(model, embedded, encoderStates, encoderMask, recomputes);
  });
}

/** As {@link decode}, from the inputs' embeddings `[batch, length, model]`. */
export function decodeEmbedded(
  model: T5Model,
  embedded: tf.Tensor,
  encoderStates: tf.Tensor,
  encoderMask: tf.Tensor | null,
  recomputes: boolean,
): tf.Tensor {
  return tf.tidy(() => {
    const { configuration } = model;
    const length = embedded.shape[1] ?? 0;
    let x = embedded;
    const bias = relativePositionBias(
      model.parameter(relativeBiasName('decoder')),
      length,
      length,
      {
        bidirectional: false,
        maximumDistance: configuration.relativeMaximumDistance,
      },
    );
    for (let block = 0; block < configuration.decoderLayers; block++) {
      const compute = ([input = x, ownBias = bias, states = encoderStates]: readonly tf.Tensor[]) =>
        decoderBlock(model, block, input, ownBias, states, encoderMask);
      const inputs = [x, bias, encoderStates];
      x = recomputes
        ? recomputed(inputs, model.trainedOfBlock('decoder', block), compute)
        : compute(inputs);
    }
    const norm = model.parameter('decoder.final_layer_norm.weight');
    return rmsNorm(x, norm, configuration.layerNormEpsilon);
  });
}

function decoderBlock(
  model: T5Model,
  block: number,
  x: tf.Tensor,
  bias: tf.Tensor,
  encoderStates: tf.Tensor,
  encoderMask: tf.Tensor | null,
): tf.Tensor {
  const prefix = `decoder.block.${block}.layer`;
  const { heads } = model.configuration;
  const mixed = selfAttentionLayer(model, `${prefix}.0`, x, (tokens) =>
    attention({ ...tokens, bias, mask: null, heads, causal: true }),
  );
  const crossed = crossKeysAndValues(model, `${prefix}.1`, encoderStates);
  const seen = crossAttentionLayer(model, `${prefix}.1`, mixed, crossed, encoderMask);
  return feedForwardLayer(model, `${prefix}.2`, seen);
}

/** The output layer, without T5 v1.0's scaling: `[..., model]` to logits `[..., vocabulary]`. */
export function languageModelHead(model: T5Model, states: tf.Tensor): tf.Tensor {
  return linear(states, model.matrix('lm_head.weight'));
}
