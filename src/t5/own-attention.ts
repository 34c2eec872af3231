/** The decoder's self-attention while decoding: where the keys and values of earlier tokens are kept. */

import * as tf from '@tensorflow/tfjs-core';
import { attention } from '../tensor/attention';
import { cachedAttention } from '../tensor/cached-attention';
import type { KeysAndValues } from './layers';
import type { T5Model } from './model';
import { relativeBiasName } from './parameters';
import { relativePositionBias } from './relative-position';

/** What a token adds to a block's self-attention, each `[batch, 1, heads * keyValue]`. */
export interface NewToken extends KeysAndValues {
  readonly query: tf.Tensor;
}

export interface OwnAttention {
  /** Makes ready for the token at a position, counted from 0, before any block attends. */
  begin(position: number): void;
  /** Keeps a block's key and value, and mixes the values of all tokens so far. */
  attend(block: number, token: NewToken): tf.Tensor;
  /** Replaces everything kept by what `select` makes of it. */
  keepRows(select: (x: tf.Tensor) => tf.Tensor): void;
  dispose(): void;
}

/** The bias of the token at `position` for the tokens up to it, `[heads, 1, position + 1]`. */
function biasAt(model: T5Model, position: number): tf.Tensor {
  const table = model.parameter(relativeBiasName('decoder'));
  return relativePositionBias(table, 1, position + 1, {
    bidirectional: false,
    maximumDistance: model.configuration.relativeMaximumDistance,
    firstQuery: position,
  });
}

/** Works on every backend: each token's keys and values are joined to copies of those before. */
export class GrowingAttention implements OwnAttention {
  readonly #model: T5Model;
  readonly #kept = new Map<number, KeysAndValues>();
  #bias: tf.Tensor | null = null;

  constructor(model: T5Model) {
    this.#model = model;
  }

  begin(position: number): void {
    this.#bias?.dispose();
    this.#bias = tf.keep(tf.tidy(() => biasAt(this.#model, position)));
  }

  attend(block: number, { query, key, value }: NewToken): tf.Tensor {
    const before = this.#kept.get(block);
    const after = {
      key: tf.keep(before ? tf.concat([before.key, key], 1) : tf.clone(key)),
      value: tf.keep(before ? tf.concat([before.value, value], 1) : tf.clone(value)),
    };
    before?.key.dispose();
    before?.value.dispose();
    this.#kept.set(block, after);
    const { heads } = this.#model.configuration;
    return attention({ query, ...after, bias: this.#bias, mask: null, heads, causal: false });
  }

  keepRows(select: (x: tf.Tensor) => tf.Tensor): void {
    for (const [block, { key, value }] of this.#kept) {
      this.#kept.set(block, { key: select(key), value: select(value) });
    }
  }

  dispose(): void {
    this.#bias?.dispose();
    for (const { key, value } of this.#kept.values()) tf.dispose([key, value]);
    this.#kept.clear();
  }
}

/**
 * Tokens that there is room for at first, and that are added when it is full: most rows end long before the
 * most tokens they may have, and the memory of those would be held for nothing.
 */
const ROOM_STEP = 64;

/** Zeros filled on the device: those of `tf.zeros` are made here and uploaded. */
function emptyRoom(shape: number[]): tf.Tensor {
  return tf.fill(shape, 0);
}

/** For backends that can write in place: one dispatch a block keeps the token and attends. */
export class InPlaceAttention implements OwnAttention {
  readonly #model: T5Model;
  readonly #maximumTokens: number;
  /** Of the last possible token: the bias of an earlier one is its end. */
  readonly #bias: tf.Tensor;
  /** Each `[batch, room, heads * keyValue]`. */
  readonly #kept = new Map<number, KeysAndValues>();
  #position = 0;
  #room = 0;

  constructor(model: T5Model, maximumTokens: number) {
    this.#model = model;
    this.#maximumTokens = maximumTokens;
    this.#bias = tf.keep(tf.tidy(() => biasAt(model, maximumTokens - 1)));
  }

  begin(position: number): void {
    this.#position = position;
    if (position < this.#room) return;
    const more = Math.min(ROOM_STEP, this.#maximumTokens - this.#room);
    this.#room += more;
    const widen = (x: tf.Tensor): tf.Tensor => {
      const [batch = 0, , inner = 0] = x.shape;
      const widened = tf.keep(tf.tidy(() => tf.concat([x, emptyRoom([batch, more, inner])], 1)));
      x.dispose();
      return widened;
    };
    this.keepRows(widen);
  }

  attend(block: number, token: NewToken): tf.Tensor {
    const { key, value } = this.#kept.get(block) ?? this.#makeRoom(block, token.key);
    return cachedAttention({
      ...token,
      keys: key,
      values: value,
      bias: this.#bias,
      heads: this.#model.configuration.heads,
      position: this.#position,
    });
  }

  keepRows(select: (x: tf.Tensor) => tf.Tensor): void {
    for (const [block, { key, value }] of this.#kept) {
      this.#kept.set(block, { key: select(key), value: select(value) });
    }
  }

  dispose(): void {
    this.#bias.dispose();
    for (const { key, value } of this.#kept.values()) tf.dispose([key, value]);
    this.#kept.clear();
  }

  #makeRoom(block: number, { shape }: tf.Tensor): KeysAndValues {
    const [batch = 0, , inner = 0] = shape;
    const room = () => tf.keep(emptyRoom([batch, this.#room, inner]));
    const made = { key: room(), value: room() };
    this.#kept.set(block, made);
    return made;
  }
}
