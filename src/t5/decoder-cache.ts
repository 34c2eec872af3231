/** The decoder one token at a time, with the keys and values of earlier tokens kept. */

import * as tf from '@tensorflow/tfjs-core';
import { attention } from '../tensor/attention';
import { canCacheInPlace } from '../tensor/cached-attention';
import { embedding } from '../tensor/embedding';
import { rmsNorm } from '../tensor/rms-norm';
import { languageModelHead } from './decoder';
import {
  crossAttentionLayer,
  crossKeysAndValues,
  feedForwardLayer,
  selfAttentionLayer,
  type KeysAndValues,
  type OwnTokens,
} from './layers';
import type { T5Model } from './model';
import { GrowingAttention, InPlaceAttention, type OwnAttention } from './own-attention';
import { relativeBiasName } from './parameters';
import { relativePositionBias } from './relative-position';

export class DecoderCache {
  private readonly model: T5Model;
  private readonly maximumTokens: number;
  /** Keeps the keys and values of the tokens so far. */
  private readonly own: OwnAttention;
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
    this.own = canCacheInPlace()
      ? new InPlaceAttention(model, maximumTokens)
      : new GrowingAttention(model);
    this.crossed = blocks.map((block) => {
      const prefix = `decoder.block.${block}.layer.1`;
      return keep(crossKeysAndValues(model, prefix, encoderStates));
    });
    this.mask = tf.keep(tf.clone(encoderMask));
  }

  /**
   * Decodes one more token of every row.
   *
   * @param previous the token before it, one a row; a tensor is int32 `[batch]`
   * @returns logits `[batch, vocabulary]`; the caller disposes of them
   */
  step(previous: readonly number[] | tf.Tensor): tf.Tensor2D {
    if (this.position >= this.maximumTokens) {
      throw new Error(`Decoder cache: expected at most ${this.maximumTokens} steps, found more.`);
    }
    const logits = tf.tidy(() => {
      const { model, own } = this;
      const { configuration } = model;
      const given = previous instanceof tf.Tensor ? previous : tf.tensor1d([...previous], 'int32');
      own.begin(this.position);
      const x = this.#decode(tf.reshape(given, [-1, 1]), (block, token) =>
        own.attend(block, token),
      );
      const norm = model.parameter('decoder.final_layer_norm.weight');
      const states = rmsNorm(x, norm, configuration.layerNormEpsilon);
      const shape: [number, number] = [given.size, configuration.vocabularySize];
      return tf.reshape<tf.Rank.R2>(languageModelHead(model, states), shape);
    });
    this.position += 1;
    return logits;
  }

  /**
   * Takes the first tokens of every row at once, before any step: what as many steps would leave behind.
   *
   * @param tokens decoder inputs from the start token on, `[batch][length]`, of one length
   */
  prefill(tokens: readonly (readonly number[])[]): void {
    const length = tokens[0]?.length ?? 0;
    if (this.position > 0 || length > this.maximumTokens) {
      throw new Error(
        `Decoder cache: expected at most ${this.maximumTokens} first tokens before any step, found ${length} after ${this.position} steps.`,
      );
    }
    if (length === 0) return;
    tf.tidy(() => {
      const { model, own } = this;
      const { heads, relativeMaximumDistance } = model.configuration;
      const table = model.parameter(relativeBiasName('decoder'));
      const bias = relativePositionBias(table, length, length, {
        bidirectional: false,
        maximumDistance: relativeMaximumDistance,
      });
      const ids = tf.tensor2d(tokens.flat(), [tokens.length, length], 'int32');
      this.#decode(ids, (block, { query, key, value }) => {
        own.fill(block, { key, value });
        return attention({ query, key, value, bias, mask: null, heads, causal: true });
      });
    });
    this.position = length;
  }

  /**
   * All blocks of the decoder, self-attention done by `attend`.
   *
   * @param ids int32 `[batch, length]`
   * @returns states before the final norm, `[batch, length, model]`
   */
  #decode(ids: tf.Tensor, attend: (block: number, tokens: OwnTokens) => tf.Tensor): tf.Tensor {
    const { model } = this;
    let x = embedding(model.matrix('shared.weight'), ids);
    for (let block = 0; block < model.configuration.decoderLayers; block++) {
      const prefix = `decoder.block.${block}.layer`;
      x = selfAttentionLayer(model, `${prefix}.0`, x, (tokens) => attend(block, tokens));
      const crossed = this.crossed[block];
      if (!crossed) throw new Error(`Decoder cache: expected block ${block}, found none.`);
      x = crossAttentionLayer(model, `${prefix}.1`, x, crossed, this.mask);
      x = feedForwardLayer(model, `${prefix}.2`, x);
    }
    return x;
  }

  /** Keeps only the given rows of the batch, in that order. */
  keepRows(rows: readonly number[]): void {
    const indices = tf.tensor1d([...rows], 'int32');
    const select = (x: tf.Tensor) => {
      const selected = tf.keep(tf.gather(x, indices));
      x.dispose();
      return selected;
    };
    this.own.keepRows(select);
    this.crossed = this.crossed.map(({ key, value }) => ({
      key: select(key),
      value: select(value),
    }));
    this.mask = select(this.mask);
    indices.dispose();
  }

  dispose(): void {
    this.mask.dispose();
    this.own.dispose();
    for (const { key, value } of this.crossed) tf.dispose([key, value]);
  }
}

const keep = ({ key, value }: KeysAndValues): KeysAndValues => ({
  key: tf.keep(key),
  value: tf.keep(value),
});
