/** The decoder's self-attention while decoding: where the keys and values of earlier tokens are kept. */

import * as tf from '@tensorflow/tfjs-core';
import { attention } from '../tensor/attention';
import { cachedAttention } from '../tensor/cached-attention';
import type { KeysAndValues, OwnTokens } from './layers';
import type { T5Model } from './model';
import { relativeBiasName } from './parameters';
import { relativePositionBias } from './relative-position';

export interface OwnAttention {
  /** Keeps a block's keys and values `[batch, tokens, heads * keyValue]` of all first tokens, before any token attends. */
  fill(block: number, tokens: KeysAndValues): void;
  /** Makes ready for the token at a position, counted from 0, before any block attends. */
  begin(position: number): void;
  /** Keeps a block's key and value of one token, and mixes the values of all tokens so far. */
  attend(block: number, token: OwnTokens): tf.Tensor;
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

  fill(block: number, { key, value }: KeysAndValues): void {
    this.#kept.set(block, { key: tf.keep(tf.clone(key)), value: tf.keep(tf.clone(value)) });
  }

  begin(position: number): void {
    this.#bias?.dispose();
    this.#bias = tf.keep(tf.tidy(() => biasAt(this.#model, position)));
  }

  attend(block: number, { query, key, value }: OwnTokens): tf.Tensor {
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

  fill(block: number, { key, value }: KeysAndValues): void {
    const [batch = 0, tokens = 0, inner = 0] = key.shape;
    if (tokens > this.#room) this.#room += this.#moreRoom(tokens);
    const rest = this.#room - tokens;
    const widen = (x: tf.Tensor): tf.Tensor =>
      tf.keep(
        tf.tidy(() =>
          rest === 0 ? tf.clone(x) : tf.concat([x, emptyRoom([batch, rest, inner])], 1),
        ),
      );
    this.#kept.set(block, { key: widen(key), value: widen(value) });
  }

  begin(position: number): void {
    this.#position = position;
    if (position < this.#room) return;
    const more = this.#moreRoom(position + 1);
    this.#room += more;
    const widen = (x: tf.Tensor): tf.Tensor => {
      const [batch = 0, , inner = 0] = x.shape;
      const widened = tf.keep(tf.tidy(() => tf.concat([x, emptyRoom([batch, more, inner])], 1)));
      x.dispose();
      return widened;
    };
    this.keepRows(widen);
  }

  attend(block: number, token: OwnTokens): tf.Tensor {
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

  /** Tokens to add to the room so that it holds `tokens`, in whole steps. */
  #moreRoom(tokens: number): number {
    const steps = Math.ceil((tokens - this.#room) / ROOM_STEP);
    return Math.min(steps * ROOM_STEP, this.#maximumTokens - this.#room);
  }

  #makeRoom(block: number, { shape }: tf.Tensor): KeysAndValues {
    const [batch = 0, , inner = 0] = shape;
    const room = () => tf.keep(emptyRoom([batch, this.#room, inner]));
    const made = { key: room(), value: room() };
    this.#kept.set(block, made);
    return made;
  }
}
