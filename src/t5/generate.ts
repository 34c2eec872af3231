/** Batched generation with a key-value cache: greedy or sampled, stopping early row by row. */

import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../data/random';
import { encoderBatch } from './batch';
import { DecoderCache } from './decoder-cache';
import { encode } from './encoder';
import { canChooseTokens, chooseTokens } from '../tensor/choose-tokens';
import { assertDeviceSound } from '../tensor/device-trouble';
import type { T5Model } from './model';

export interface GenerationOptions {
  /** Most tokens of a row, its prefix and the end token included. */
  readonly maximumTokens: number;
  /** 0 is greedy; otherwise logits are divided by it before sampling. */
  readonly temperature: number;
  /** One seed a row, needed when sampling: a row's tokens do not depend on its neighbours' seeds. */
  readonly seeds?: readonly number[];
  /** Sample only among this many likeliest tokens; all when absent. */
  readonly topK?: number;
  /** Tokens that each row is made to begin with, without start and end token; lengths may differ. */
  readonly prefixes?: readonly (readonly number[])[];
  /**
   * Asked after every token that a row wrote by itself: which tokens it has to write next, none where it is free.
   * Choosing on the device then reads every token.
   *
   * @param row index of the input
   * @param written what the row wrote so far, without its prefix
   */
  readonly guide?: (row: number, written: readonly number[]) => readonly number[];
  /**
   * Hears what every row has written so far, token by token; false ends the generation there. For somebody who watches:
   * reading each token by itself is slower.
   */
  readonly onTokens?: (outputs: readonly (readonly number[])[]) => Promise<boolean>;
}

/** Once this share of the rows in the batch has finished, they are dropped from it. */
const COMPACTION_SHARE = 0.25;

/**
 * Tokens chosen on the device between two reads, where it can choose: waiting for a read costs more than
 * the few tokens computed for rows that have ended meanwhile.
 */
const TOKENS_A_READ = 8;

/**
 * The first tokens that all rows are given go through the decoder at once, a multiple of so many, so that few
 * shapes occur; what is left of longer prefixes is forced token by token. Rows with prefixes of similar length
 * are therefore best generated together.
 */
const PREFILL_BUCKET = 8;

/**
 * Continues every input, or its prefix, until its end token or `maximumTokens`.
 *
 * @param inputs token ids with their end token, one list a row
 * @returns generated ids a row, without start token, prefix and end token
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
  const prefixes = checkedPrefixes(inputs, options.prefixes, endId);
  const randoms = temperature > 0 ? options.seeds?.map((seed) => new Random(seed)) : undefined;
  const outputs: number[][] = inputs.map(() => []);
  const finished = new Set<number>();
  /** What the guide wants each row to write next. */
  const wanted: number[][] = inputs.map(() => []);
  const cache = openCache(model, inputs, maximumTokens);
  try {
    /** Which input each row of the cache belongs to. */
    let rows = inputs.map((_, index) => index);
    const prefilled = tokensAtOnce(prefixes, maximumTokens);
    const begun = prefixes.map((prefix) => [decoderStartId, ...prefix]);
    cache.prefill(begun.map((tokens) => tokens.slice(0, prefilled)));
    let previous = begun.map((tokens) => tokens[prefilled] ?? decoderStartId);
    for (let position = prefilled; position < maximumTokens;) {
      const settings = {
        forced: (later: number): Forced =>
          rows.map((row) => prefixes[row]?.[position + later] ?? wanted[row]?.[later] ?? null),
        temperature,
        topK: options.topK,
        randoms: randoms ? rows.flatMap((row) => randoms[row] ?? []) : null,
      };
      const atOnce = options.guide || options.onTokens ? 1 : TOKENS_A_READ;
      const chosen = canChooseTokens()
        ? await chooseOnDevice(
            cache,
            previous,
            settings,
            Math.min(atOnce, maximumTokens - position),
          )
        : [await chooseOnProcessor(cache, previous, settings)];
      assertDeviceSound();
      for (const [step, tokens] of chosen.entries()) {
        tokens.forEach((token, slot) => {
          const row = rows[slot] ?? 0;
          if (finished.has(row) || position + step < (prefixes[row]?.length ?? 0)) return;
          if (token === endId) {
            finished.add(row);
            return;
          }
          const written = outputs[row] ?? [];
          written.push(token);
          const next = wanted[row] ?? [];
          next.shift();
          if (next.length === 0) next.push(...(options.guide?.(row, written) ?? []));
        });
      }
      position += chosen.length;
      previous = chosen.at(-1) ?? previous;
      if ((await options.onTokens?.(outputs)) === false) break;
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

/** @throws Error where prefixes do not fit the rows, or one has ended */
function checkedPrefixes(
  inputs: readonly unknown[],
  prefixes: GenerationOptions['prefixes'],
  endId: number,
): readonly (readonly number[])[] {
  if (prefixes === undefined) return inputs.map(() => []);
  if (prefixes.length !== inputs.length) {
    throw new Error(
      `Generation: expected one prefix for each of ${inputs.length} rows, found ${prefixes.length}.`,
    );
  }
  const ended = prefixes.findIndex((prefix) => prefix.includes(endId));
  if (ended < 0) return prefixes;
  throw new Error(
    `Generation: expected prefixes without the end token ${endId}, found it in that of row ${ended}.`,
  );
}

/** How many first tokens of all rows are known beforehand, in whole buckets; one token at least is left to choose. */
function tokensAtOnce(prefixes: readonly (readonly number[])[], maximumTokens: number): number {
  const shortest = Math.min(maximumTokens - 1, ...prefixes.map(({ length }) => length));
  return Math.max(0, Math.floor(shortest / PREFILL_BUCKET) * PREFILL_BUCKET);
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

/** The token that each row has to take next; null where it is free. */
type Forced = readonly (number | null)[];

interface Choice {
  /** @param later tokens after the next one */
  readonly forced: (later: number) => Forced;
  readonly temperature: number;
  readonly topK: number | undefined;
  /** One generator a row; null for the likeliest tokens. */
  readonly randoms: readonly Random[] | null;
}

/** Some tokens of every row, `[tokens][row]`, of which only the ids are read. */
async function chooseOnDevice(
  cache: DecoderCache,
  previous: readonly number[],
  { forced, randoms, temperature, topK }: Choice,
  steps: number,
): Promise<number[][]> {
  const rows = previous.length;
  const chosen = tf.tidy(() => {
    const given = Array.from({ length: steps }, (_, step) => forced(step));
    const uniforms = randoms
      ? tf.tensor2d(
          given.map((tokens) => drawn(randoms, tokens)),
          [steps, rows],
        )
      : null;
    const tokens: tf.Tensor[] = [];
    for (const [step, taken] of given.entries()) {
      const token = tf.tidy(() => {
        const logits = cache.step(tokens.at(-1) ?? previous);
        const free = chooseTokens(logits, uniforms && { temperature, topK, uniforms, step });
        return withForced(free, taken);
      });
      tokens.push(token);
    }
    return tf.concat(tokens);
  });
  const ids = Array.from(await chosen.data<'int32'>());
  chosen.dispose();
  return Array.from({ length: steps }, (_, step) => ids.slice(step * rows, (step + 1) * rows));
}

/** One number in [0, 1) for each free row: what a row draws does not depend on its neighbours' prefixes. */
function drawn(randoms: readonly Random[], forced: Forced): number[] {
  return randoms.map((random, row) => (forced[row] === null ? random.next() : 0));
}

/** The chosen tokens, int32 `[rows]`, but the forced ones where there are such. */
function withForced(chosen: tf.Tensor, forced: Forced): tf.Tensor {
  if (forced.every((token) => token === null)) return chosen;
  const isFree = tf.tensor1d(
    forced.map((token) => token === null),
    'bool',
  );
  const tokens = tf.tensor1d(
    forced.map((token) => token ?? 0),
    'int32',
  );
  return tf.where(isFree, chosen, tokens);
}

/** One token of every row, from logits read to the processor: in double precision where it is drawn. */
async function chooseOnProcessor(
  cache: DecoderCache,
  previous: readonly number[],
  { forced, randoms, temperature, topK }: Choice,
): Promise<number[]> {
  const logits = cache.step(previous);
  try {
    const taken = forced(0);
    const uniforms = randoms && drawn(randoms, taken);
    const chosen =
      uniforms === null
        ? await likeliestTokens(logits)
        : await drawnTokens(logits, temperature, topK, uniforms);
    return chosen.map((token, row) => taken[row] ?? token);
  } finally {
    logits.dispose();
  }
}

async function drawnTokens(
  logits: tf.Tensor2D,
  temperature: number,
  topK: number | undefined,
  uniforms: readonly number[],
): Promise<number[]> {
  const [, vocabulary] = logits.shape;
  const values = await logits.data<'float32'>();
  return uniforms.map((uniform, row) => {
    const scores = values.subarray(row * vocabulary, (row + 1) * vocabulary);
    return sampleToken(scores, temperature, topK, uniform);
  });
}

async function likeliestTokens(logits: tf.Tensor2D): Promise<number[]> {
  const best = tf.tidy(() => tf.argMax(logits, -1));
  const ids = await best.data();
  best.dispose();
  return Array.from(ids);
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
