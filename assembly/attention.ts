/** T5's attention and its gradient, straight from the `[batch, length, heads * keyValue]` layout. */

import { multiply, multiplyScratchBytes } from './gemm';
import { dotProduct } from './lanes';
import { softmaxRow } from './softmax';

/** What masked scores lose: large enough that their exponential is exactly zero beside a visible one. */
// @ts-ignore: decorator
@inline
const MASKED: f32 = -1e9;

/** Bytes of scratch for either direction. */
export function attentionScratchBytes(queries: usize, keys: usize, size: usize): usize {
  return multiplyScratchBytes(max(keys, size)) + (((queries + 1) * keys + 4) << 2);
}

/** Whether every query of a causal row of the batch sees at least one key, the first. */
// @ts-ignore: decorator
@inline
function firstVisible(mask: usize): bool {
  return mask == 0 || f32.load(mask) == 1;
}

/**
 * Number of leading keys that may have a probability: up to the last one the mask shows, or all where
 * a query might see none at all and so spreads over the masked ones.
 */
function keysInUse(mask: usize, keys: usize, causal: bool): usize {
  if (mask == 0 || (causal && !firstVisible(mask))) return keys;
  let used = keys;
  while (used > 0 && f32.load(mask + ((used - 1) << 2)) == 0) used--;
  return used > 0 && f32.load(mask + ((used - 1) << 2)) == 1 ? used : keys;
}

/** `x += y` over `count` values. */
function add(x: usize, y: usize, count: usize): void {
  let at: usize = 0;
  for (; at < (count & ~3) << 2; at += 16) {
    v128.store(x + at, f32x4.add(v128.load(x + at), v128.load(y + at)));
  }
  for (; at < count << 2; at += 4) f32.store(x + at, f32.load(x + at) + f32.load(y + at));
}

/**
 * Probabilities `[batch, heads, queries, keys]` and output `[batch, queries, heads * size]`.
 * `bias` is `[heads, queries, keys]` and `mask` `[batch, keys]`; either may be 0 for none.
 */
export function attention(
  query: usize,
  key: usize,
  value: usize,
  bias: usize,
  mask: usize,
  output: usize,
  probabilities: usize,
  batch: usize,
  heads: usize,
  queries: usize,
  keys: usize,
  size: usize,
  causal: bool,
  scratch: usize,
): void {
  const inner = heads * size;
  const penalty = scratch;
  const product = scratch + ((keys + 4) << 2);
  for (let b: usize = 0; b < batch; b++) {
    const maskRow = mask == 0 ? <usize>0 : mask + ((b * keys) << 2);
    const used = keysInUse(maskRow, keys, causal);
    const cut = causal && firstVisible(maskRow);
    if (mask != 0) {
      for (let j: usize = 0; j < used << 2; j += 4) {
        f32.store(penalty + j, (1 - f32.load(maskRow + j)) * MASKED);
      }
    }
    for (let h: usize = 0; h < heads; h++) {
      const q = query + ((b * queries * inner + h * size) << 2);
      const k = key + ((b * keys * inner + h * size) << 2);
      const v = value + ((b * keys * inner + h * size) << 2);
      const scores = probabilities + (((b * heads + h) * queries * keys) << 2);
      multiply(q, inner, false, k, inner, true, scores, keys, queries, used, size, product);
      for (let i: usize = 0; i < queries; i++) {
        const row = scores + ((i * keys) << 2);
        const length = cut ? min(i + 1, used) : used;
        if (bias != 0) add(row, bias + (((h * queries + i) * keys) << 2), length);
        if (mask != 0) add(row, penalty, length);
        if (causal && !cut) {
          for (let j = (i + 1) << 2; j < length << 2; j += 4) {
            f32.store(row + j, f32.load(row + j) + MASKED);
          }
        }
        softmaxRow(row, row, length);
        memory.fill(row + (length << 2), 0, (keys - length) << 2);
      }
      const out = output + ((b * queries * inner + h * size) << 2);
      multiply(scores, keys, false, v, inner, false, out, inner, queries, size, used, product);
    }
  }
}

/** Gradients of {@link attention}; `gradientBias`, or 0 for none, receives the sum over the batch. */
export function attentionGradient(
  gradient: usize,
  query: usize,
  key: usize,
  value: usize,
  mask: usize,
  probabilities: usize,
  gradientQuery: usize,
  gradientKey: usize,
  gradientValue: usize,
  gradientBias: usize,
  batch: usize,
  heads: usize,
  queries: usize,
  keys: usize,
  size: usize,
  causal: bool,
  scratch: usize,
): void {
  const inner = heads * size;
  const slopes = scratch;
  const product = scratch + ((queries * keys + 4) << 2);
  if (gradientBias != 0) memory.fill(gradientBias, 0, (heads * queries * keys) << 2);
  for (let b: usize = 0; b < batch; b++) {
    const used = keysInUse(mask == 0 ? <usize>0 : mask + ((b * keys) << 2), keys, causal);
    const unused = ((b * keys + used) * inner) << 2;
    memory.fill(gradientKey + unused, 0, ((keys - used) * inner) << 2);
    memory.fill(gradientValue + unused, 0, ((keys - used) * inner) << 2);
    for (let h: usize = 0; h < heads; h++) {
      const ofQueries = (b * queries * inner + h * size) << 2;
      const ofKeys = (b * keys * inner + h * size) << 2;
      const g = gradient + ofQueries;
      const p = probabilities + (((b * heads + h) * queries * keys) << 2);
      multiply(g, inner, false, value + ofKeys, inner, true, slopes, keys, queries, used, size, product);
      for (let i: usize = 0; i < queries; i++) {
        const row = (i * keys) << 2;
        const bias = gradientBias == 0 ? <usize>0 : gradientBias + (((h * queries + i) * keys) << 2);
        softmaxGradientRow(slopes + row, p + row, used, bias);
      }
      const dq = gradientQuery + ofQueries;
      const dk = gradientKey + ofKeys;
      const dv = gradientValue + ofKeys;
      multiply(slopes, keys, false, key + ofKeys, inner, false, dq, inner, queries, size, used, product);
      multiply(slopes, keys, true, query + ofQueries, inner, false, dk, inner, used, size, queries, product);
      multiply(p, keys, true, g, inner, false, dv, inner, used, size, queries, product);
    }
  }
}

/** Turns the gradient of probabilities into that of scores, in place, and adds it to `total` unless that is 0. */
function softmaxGradientRow(slope: usize, p: usize, count: usize, total: usize): void {
  const mean = dotProduct(slope, p, count);
  const means = f32x4.splat(mean);
  let at: usize = 0;
  for (; at < (count & ~3) << 2; at += 16) {
    v128.store(slope + at, f32x4.mul(v128.load(p + at), f32x4.sub(v128.load(slope + at), means)));
  }
  for (; at < count << 2; at += 4) {
    f32.store(slope + at, f32.load(p + at) * (f32.load(slope + at) - mean));
  }
  if (total != 0) add(total, slope, count);
}
