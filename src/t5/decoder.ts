/** The T5 decoder under teacher forcing: all positions at once. */

import * as tf from '@tensorflow/tfjs-core';
import { embedding } from '../tensor/embedding';
import { linear } from '../tensor/linear';
import { rmsNorm } from '../tensor/rms-norm';
import { attentionLayer, attentionNorm, feedForwardLayer, projectKeysAndValues } from './layers';
import type { T5Model } from './model';
import { relativeBiasName } from './parameters';
import { relativePositionBias } from './relative-position';

/**
 * @param ids decoder inputs (labels shifted right), int32 `[batch, length]`
 * @param encoderStates `[batch, inputLength, model]`
 * @param encoderMask float `[batch, inputLength]`, or null when nothing is padded
 * @returns the last hidden states after the final norm, `[batch, length, model]`
 */
export function decode(
  model: T5Model,
  ids: tf.Tensor,
  encoderStates: tf.Tensor,
  encoderMask: tf.Tensor | null,
): tf.Tensor {
  return tf.tidy(() => {
    const { configuration } = model;
    const length = ids.shape[1] ?? 0;
    let x = embedding(model.matrix('shared.weight'), ids);
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
      const prefix = `decoder.block.${block}.layer`;
      const ownNormed = attentionNorm(model, `${prefix}.0`, 'SelfAttention', x);
      const own = projectKeysAndValues(model, `${prefix}.0`, 'SelfAttention', ownNormed);
      const causal = { bias, mask: null, causal: true };
      x = attentionLayer(model, `${prefix}.0`, 'SelfAttention', x, ownNormed, own, causal);
      const normed = attentionNorm(model, `${prefix}.1`, 'EncDecAttention', x);
      const crossed = projectKeysAndValues(model, `${prefix}.1`, 'EncDecAttention', encoderStates);
      const cross = { bias: null, mask: encoderMask, causal: false };
      x = attentionLayer(model, `${prefix}.1`, 'EncDecAttention', x, normed, crossed, cross);
      x = feedForwardLayer(model, `${prefix}.2`, x);
    }
    const norm = model.parameter('decoder.final_layer_norm.weight');
    return rmsNorm(x, norm, configuration.layerNormEpsilon);
  });
}

/** The output layer, without T5 v1.0's scaling: `[..., model]` to logits `[..., vocabulary]`. */
export function languageModelHead(model: T5Model, states: tf.Tensor): tf.Tensor {
  return linear(states, model.matrix('lm_head.weight'));
}
