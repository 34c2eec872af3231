/** The decoder one token at a time, with the keys and values of earlier tokens kept. */

import * as tf from '@tensorflow/tfjs-core';
import { embedding } from '../tensor/embedding';
import { rmsNorm } from '../tensor/rms-norm';
import { languageModelHead } from './decoder';
import {
  attentionLayer,
  attentionNorm,
  feedForwardLayer,
  projectKeysAndValues,
  type KeysAndValues,
} from './layers';
import type { T5Model } from './model';
import { relativeBiasName } from './parameters';
import { relativePositionBias } from './relative-position';

export class DecoderCache {
  private readonly model: T5Model;
  private readonly maximumTokens: number;
  /** Keys and values of the tokens so far, one entry a decoder block. */
  private own: (KeysAndValues | null)[];
  /** Keys and values of the encoder states, computed once. */
  private crossed: KeysAndValues[];
  private mask: tf.Tensor;
  private position = 0;

  /**
   * @param encoderStates `[batch, inputLength, model]`
   * @param encoderMask `[batch, inputLength]`
   * @param maximumTokens most tokens that will be decoded
   */
  constructor(
    model: T5Model,
    encoderStates: tf.Tensor,
    encoderMask: tf.Tensor,
    maximumTokens: number,
  ) {
    this.model = model;
    this.maximumTokens = maximumTokens;
    const blocks = Array.from({ length: model.configuration.decoderLayers }, (_, block) => block);
    this.own = blocks.map(() => null);
    this.crossed = blocks.map((block) => {
      const prefix = `decoder.block.${block}.layer.1`;
      return keep(projectKeysAndValues(model, prefix, 'EncDecAttention', encoderStates));
    });
    this.mask = tf.keep(tf.clone(encoderMask));
  }

  /**
   * Decodes one more token of every row.
   *
   * @param previous the token before it, one a row
   * @returns logits `[batch, vocabulary]`; the caller disposes of them
   */
  step(previous: readonly number[]): tf.Tensor2D {
    if (this.position >= this.maximumTokens) {
      throw new Error(`Decoder cache: expected at most ${this.maximumTokens} steps, found more.`);
    }
    const logits = tf.tidy(() => {
      const { model, position } = this;
      const { configuration } = model;
      const ids = tf.tensor2d([...previous], [previous.length, 1], 'int32');
      const table = model.parameter(relativeBiasName('decoder'));
      const bias = relativePositionBias(table, 1, position + 1, {
        bidirectional: false,
        maximumDistance: configuration.relativeMaximumDistance,
        firstQuery: position,
      });
      let x = embedding(model.weight('shared.weight'), ids);
      for (let block = 0; block < configuration.decoderLayers; block++) {
        const prefix = `decoder.block.${block}.layer`;
        const ownNormed = attentionNorm(model, `${prefix}.0`, 'SelfAttention', x);
        const own = this.append(block, ownNormed);
        const seen = { bias, mask: null, causal: false };
        x = attentionLayer(model, `${prefix}.0`, 'SelfAttention', x, ownNormed, own, seen);
        const normed = attentionNorm(model, `${prefix}.1`, 'EncDecAttention', x);
        const crossed = this.crossed[block];
        if (!crossed) throw new Error(`Decoder cache: expected block ${block}, found none.`);
        const cross = { bias: null, mask: this.mask, causal: false };
        x = attentionLayer(model, `${prefix}.1`, 'EncDecAttention', x, normed, crossed, cross);
        x = feedForwardLayer(model, `${prefix}.2`, x);
      }
      const norm = model.parameter('decoder.final_layer_norm.weight');
      const states = rmsNorm(x, norm, configuration.layerNormEpsilon);
      const shape: [number, number] = [previous.length, configuration.vocabularySize];
      return tf.reshape<tf.Rank.R2>(languageModelHead(model, states), shape);
    });
    this.position += 1;
    return logits;
  }

  /** Keeps only the given rows of the batch, in that order. */
  keepRows(rows: readonly number[]): void {
    const indices = tf.tensor1d([...rows], 'int32');
    const select = (x: tf.Tensor) => {
      const selected = tf.keep(tf.gather(x, indices));
      x.dispose();
      return selected;
    };
    const selectBoth = ({ key, value }: KeysAndValues) => ({
      key: select(key),
      value: select(value),
    });
    this.own = this.own.map((entry) => entry && selectBoth(entry));
    this.crossed = this.crossed.map(selectBoth);
    this.mask = select(this.mask);
    indices.dispose();
  }

  dispose(): void {
    this.mask.dispose();
    for (const entry of [...this.own, ...this.crossed]) {
      entry?.key.dispose();
      entry?.value.dispose();
    }
  }

  /** Adds this token's keys and values to a block's cache and returns the whole of it. */
  private append(block: number, normed: tf.Tensor): KeysAndValues {
    const prefix = `decoder.block.${block}.layer.0`;
    const added = projectKeysAndValues(this.model, prefix, 'SelfAttention', normed);
    const before = this.own[block];
    const after = before
      ? keep({
          key: tf.concat([before.key, added.key], 1),
          value: tf.concat([before.value, added.value], 1),
        })
      : keep({ key: tf.clone(added.key), value: tf.clone(added.value) });
    before?.key.dispose();
    before?.value.dispose();
    this.own[block] = after;
    return after;
  }
}

const keep = ({ key, value }: KeysAndValues): KeysAndValues => ({
  key: tf.keep(key),
  value: tf.keep(value),
});
