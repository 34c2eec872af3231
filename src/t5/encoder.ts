/** The T5 encoder: token ids to hidden states. */

import * as tf from '@tensorflow/tfjs-core';
import { attention } from '../tensor/attention';
import { embedding } from '../tensor/embedding';
import { recomputed } from '../tensor/recomputed';
import { rmsNorm } from '../tensor/rms-norm';
import { feedForwardLayer, selfAttentionLayer } from './layers';
import type { T5Model } from './model';
import { relativeBiasName } from './parameters';
import { relativePositionBias } from './relative-position';

/**
 * @param ids int32 `[batch, length]`
 * @param mask float `[batch, length]`, 1 for tokens and 0 for padding; null when nothing is padded
 * @param recomputes whether the backward pass computes every block again, for less memory
 * @returns the last hidden states after the final norm, `[batch, length, model]`
 */
export function encode(
  model: T5Model,
  ids: tf.Tensor,
  mask: tf.Tensor | null,
  recomputes = false,
): tf.Tensor {
  return tf.tidy(() =>
    encodeEmbedded(model, embedding(model.matrix('shared.weight'), ids), mask, recomputes),
  );
}

/** As {@link encode}, from the tokens' embeddings `[batch, length, model]`. */
export function encodeEmbedded(
  model: T5Model,
  embedded: tf.Tensor,
  mask: tf.Tensor | null,
  recomputes: boolean,
): tf.Tensor {
  return tf.tidy(() => {
    const { configuration } = model;
    const length = embedded.shape[1] ?? 0;
    let x = embedded;
    const bias = relativePositionBias(
      model.parameter(relativeBiasName('encoder')),
      length,
      length,
      {
        bidirectional: true,
        maximumDistance: configuration.relativeMaximumDistance,
      },
    );
    for (let block = 0; block < configuration.encoderLayers; block++) {
      const compute = ([input = x, ownBias = bias]: readonly tf.Tensor[]) =>
        encoderBlock(model, block, input, ownBias, mask);
      x = recomputes
        ? recomputed([x, bias], model.trainedOfBlock('encoder', block), compute)
        : compute([x, bias]);
    }
    const norm = model.parameter('encoder.final_layer_norm.weight');
    return rmsNorm(x, norm, configuration.layerNormEpsilon);
  });
}

function encoderBlock(
  model: T5Model,
  block: number,
  x: tf.Tensor,
  bias: tf.Tensor,
  mask: tf.Tensor | null,
): tf.Tensor {
  const prefix = `encoder.block.${block}.layer`;
  const { heads } = model.configuration;
  const attended = selfAttentionLayer(model, `${prefix}.0`, x, (tokens) =>
    attention({ ...tokens, bias, mask, heads, causal: false }),
  );
  return feedForwardLayer(model, `${prefix}.1`, attended);
}
