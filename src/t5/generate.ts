/** Batched generation with a key-value cache: greedy or sampled, stopping early row by row. */

import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../data/random';
import { encoderBatch } from './batch';
import { DecoderCache } from './decoder-cache';
import { encode } from './encoder';
import { assertDeviceSound } from '../tensor/device-trouble';
import type { T5Model } from './model';

export interface GenerationOptions {
  /** Most tokens a row may get, the end token included. */
  readonly maximumTokens: number;
  /** 0 is greedy; otherwise logits are divided by it before sampling. */
  readonly temperature: number;
  /** One seed a row, needed when sampling: a row's tokens do not depend on its neighbours' seeds. */
  readonly seeds?: readonly number[];
  /** Sample only among this many likeliest tokens; all when absent. */
  readonly topK?: number;
}

/** Once this share of the rows in the batch has finished, they are dropped from it. */
const COMPACTION_SHARE = 0.25;

/**
 * Continues every input until its end token or `maximumTokens`.
 *
 * @param inputs token ids with their end token, one list a row
 * @returns generated ids a row, without start and end token
 */
export async function generate(
  model: T5Model,
  inputs: readonly (readonly number[])[],
  options: GenerationOptions,
): Promise<number[][]> {
  if (inputs.length === 0) return [];
  const { temperature, maximumTokens } = options;
  if (temperature > 0 && options.seeds?.length !== inputs.length) {
    throw new Error(
      `Generation: expected one seed for each of ${inputs.length} rows when sampling, found ${options.seeds?.length ?? 0}.`,
    );
  }
  const { endId, decoderStartId } = model.configuration;
  const randoms = temperature > 0 ? options.seeds?.map((seed) => new Random(seed)) : undefined;
  const outputs: number[][] = inputs.map(() => []);
  const finished = new Set<number>();
  const cache = openCache(model, inputs, maximumTokens);
  try {
    /** Which input each row of the cache belongs to. */
    let rows = inputs.map((_, index) => index);
    let previous = rows.map(() => decoderStartId);
    for (let position = 0; position < maximumTokens; position++) {
      const logits = cache.step(previous);
      const chosen = randoms
        ? await sampleRows(
            logits,
            temperature,
            options.topK,
            rows.map((row) => randoms[row]),
          )
        : await greedyRows(logits);
      logits.dispose();
      assertDeviceSound();
      chosen.forEach((token, slot) => {
        const row = rows[slot] ?? 0;
        if (finished.has(row)) return;
        if (token === endId) finished.add(row);
        else outputs[row]?.push(token);
      });
      previous = chosen;
      if (finished.size === inputs.length) break;
      const alive = rows.flatMap((row, slot) => (finished.has(row) ? [] : [slot]));
      if (rows.length - alive.length >= rows.length * COMPACTION_SHARE) {
        cache.keepRows(alive);
        rows = alive.map((slot) => rows[slot] ?? 0);
        previous = alive.map((slot) => previous[slot] ?? endId);
      }
    }
  } finally {
    cache.dispose();
  }
  return outputs;
}

function openCache(
  model: T5Model,
  inputs: readonly (readonly number[])[],
  maximumTokens: number,
): DecoderCache {
  tf.engine().startScope();
  try {
    const { ids, mask } = encoderBatch(inputs, model.configuration);
    return new DecoderCache(model, encode(model, ids, mask), mask, maximumTokens);
  } finally {
    tf.engine().endScope();
  }
}

async function greedyRows(logits: tf.Tensor2D): Promise<number[]> {
  const best = tf.tidy(() => tf.argMax(logits, -1));
  const ids = await best.data();
  best.dispose();
  return Array.from(ids);
}

/** Draws one token a row from `softmax(logits / temperature)`, in double precision on the CPU. */
async function sampleRows(
  logits: tf.Tensor2D,
  temperature: number,
  topK: number | undefined,
  randoms: readonly (Random | undefined)[],
): Promise<number[]> {
  const [, vocabulary] = logits.shape;
  const values = await logits.data<'float32'>();
  return randoms.map((random, row) => {
    const scores = values.subarray(row * vocabulary, (row + 1) * vocabulary);
    return sampleToken(scores, temperature, topK, random?.next() ?? 0);
  });
}

/**
 * Inverse-transform sampling of one token.
 *
 * @param scores logits `[vocabulary]`
 * @param uniform a number in [0, 1)
 */
export function sampleToken(
  scores: Float32Array,
  temperature: number,
  topK: number | undefined,
  uniform: number,
): number {
  let threshold = -Infinity;
  if (topK !== undefined && topK < scores.length) {
    threshold = Float32Array.from(scores).sort()[scores.length - topK] ?? -Infinity;
  }
  let highest = -Infinity;
  for (const score of scores) if (score > highest) highest = score;
  const weight = (score: number) =>
    score >= threshold ? Math.exp((score - highest) / temperature) : 0;
  let total = 0;
  for (const score of scores) total += weight(score);
  let remaining = uniform * total;
  let last = 0;
  for (let token = 0; token < scores.length; token++) {
    const share = weight(scores[token] ?? -Infinity);
    if (share === 0) continue;
    last = token;
    remaining -= share;
    if (remaining < 0) return token;
  }
  return last;
}
