/** Attention, GELU, embeddings and what a token of decoding takes, one by one beside their composition on stock tfjs. */

import * as tf from '@tensorflow/tfjs-core';
import { attention } from '../../src/tensor/attention';
import {
  cachedAttention,
  cachedAttentionReference,
  canCacheInPlace,
} from '../../src/tensor/cached-attention';
import { canChooseTokens, chooseTokens } from '../../src/tensor/choose-tokens';
import { embeddingGradient } from '../../src/tensor/embedding';
import { gatedGelu } from '../../src/tensor/gated-gelu';
import type { Benchmark, BenchmarkResult } from './benchmark';
import { timeBoth, type Computation } from './measuring';
import { countWork } from './recorded-work';
import { OURS, STOCK, useBackend } from './stock-backend';

interface Operation {
  readonly name: string;
  /** Makes the inputs on the current backend; the computation falls back to the composition where there is no kernel. */
  readonly prepare: () => Computation;
}

const HEAD = 64;

interface Shape {
  readonly batch: number;
  readonly length: number;
  readonly heads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
}

/** A training batch of flan-t5-small. */
const FULL: Shape = { batch: 8, length: 160, heads: 6, feedForward: 1024, vocabulary: 32_128 };
/** What a software GPU repeats in seconds. */
const REDUCED: Shape = { ...FULL, batch: 2, length: 64, vocabulary: 2_008 };

/** Rows of a batch that is decoded, in flan-t5-base's widths. */
const DECODED = {
  rows: 16,
  heads: 12,
  width: 768,
  vocabulary: 32_128,
  kept: 50,
  room: 64,
} as const;

/** Times and dispatches of every operation; those with gradients include the sum they are taken of. */
export function operationsBenchmark(options: {
  readonly software: boolean;
  readonly short: boolean;
}): Benchmark {
  return {
    name: 'operations',
    async run() {
      const training = options.short ? [] : trainingOperations(options.software ? REDUCED : FULL);
      const repetitions = options.short ? 3 : 7;
      const results: BenchmarkResult[] = [];
      for (const { name, prepare } of [...decodingOperations(), ...training]) {
        const times = await timeBoth(prepare, { repetitions, software: options.software });
        results.push({ name, unit: 'ms', ...times, ratio: times.stock / times.ours, aim: 1 });
        const ours = await dispatchesOf(OURS, prepare);
        const stock = await dispatchesOf(STOCK, prepare);
        const ratio = stock / ours;
        results.push({ name: `${name}: dispatches`, unit: '', ours, stock, ratio, aim: null });
      }
      return results;
    },
  };
}

async function dispatchesOf(backend: string, prepare: () => Computation): Promise<number> {
  await useBackend(backend);
  const computation = prepare();
  const { dispatches } = await countWork(async () => {
    await computation.run();
  });
  computation.dispose();
  return dispatches.length;
}

/** A computation with no state but its inputs. */
function computation(
  inputs: readonly tf.Tensor[],
  compute: () => tf.Tensor | tf.Tensor[],
): Computation {
  return {
    run: () => Promise.resolve(tf.dispose(tf.tidy(compute))),
    dispose: () => tf.dispose([...inputs]),
  };
}

function decodingOperations(): Operation[] {
  const { rows, heads, width, vocabulary, kept, room } = DECODED;
  const inner = heads * HEAD;
  const token = () => tf.randomNormal([rows, 1, inner]);
  const product = (count: number): Operation => ({
    name: `a product of ${count} x ${width} with ${width} x 2048 weights`,
    prepare: () => {
      const [x, weight] = [tf.randomNormal([count, width]), tf.randomNormal([2048, width])];
      return computation([x, weight], () => tf.matMul(x, weight, false, true));
    },
  });
  return [
    product(1),
    product(rows),
    {
      name: `a token's self-attention, ${rows} rows, ${heads} heads, ${kept} tokens kept`,
      prepare: () => {
        const [query, key, value] = [token(), token(), token()];
        const [keys, values] = [0, 1].map(() => tf.randomNormal([rows, room, inner]));
        const bias = tf.randomNormal([heads, 1, room]);
        if (!keys || !values) throw new Error('Expected two caches.');
        const given = { query, key, value, keys, values, bias, heads, position: kept };
        return computation([query, key, value, keys, values, bias], () =>
          canCacheInPlace() ? cachedAttention(given) : cachedAttentionReference(given),
        );
      },
    },
    {
      name: `a token's cross-attention over 160 keys, ${rows} rows, ${heads} heads`,
      prepare: () => {
        const query = token();
        const [key, value] = [0, 1].map(() => tf.randomNormal([rows, 160, inner]));
        const mask = tf.ones([rows, 160]);
        if (!key || !value) throw new Error('Expected keys and values.');
        const given = { query, key, value, mask, bias: null, heads, causal: false };
        return computation([query, key, value, mask], () => attention(given));
      },
    },
    {
      name: `the likeliest of ${vocabulary} tokens, ${rows} rows`,
      prepare: () => {
        const logits = tf.randomNormal([rows, vocabulary]);
        return computation([logits], () =>
          canChooseTokens() ? chooseTokens(logits, null) : tf.argMax(logits, -1),
        );
      },
    },
  ];
}

/** An operation, and again with its gradients by all inputs. */
function bothWays(
  name: string,
  makeInputs: () => tf.Tensor[],
  operation: (...given: tf.Tensor[]) => tf.Tensor,
): Operation[] {
  return [
    {
      name,
      prepare: () => {
        const inputs = makeInputs();
        return computation(inputs, () => operation(...inputs));
      },
    },
    {
      name: `${name}, gradients too`,
      prepare: () => {
        const inputs = makeInputs();
        const along = tf.tidy(() => tf.randomNormal(operation(...inputs).shape));
        const sum = (...given: tf.Tensor[]) => tf.sum(tf.mul(operation(...given), along));
        return computation([...inputs, along], () => tf.grads(sum)(inputs));
      },
    },
  ];
}

function trainingOperations({ batch, length, heads, feedForward, vocabulary }: Shape): Operation[] {
  const inner = heads * HEAD;
  const attentionOf = (name: string, padding: number, causal: boolean): Operation[] =>
    bothWays(
      `attention [${batch}, ${length}, ${inner}], ${heads} heads, ${name}`,
      () => [
        ...[0, 1, 2].map(() => tf.randomNormal([batch, length, inner])),
        tf.randomNormal([heads, length, length]),
      ],
      (query, key, value, bias) => {
        if (!query || !key || !value || !bias) throw new Error('Expected four inputs.');
        // Uploaded rather than computed: it is not what is measured.
        const seen = Array.from({ length: batch * length }, (_, at) =>
          Number(at % length < length - padding),
        );
        const mask = padding === 0 ? null : tf.tensor2d(seen, [batch, length]);
        return attention({ query, key, value, bias, mask, heads, causal });
      },
    );
  const embeddingOf = (name: string, rows: number, width: number, ids: number): Operation => ({
    name: `gradient of ${name} [${rows}, ${width}], ${ids} ids`,
    prepare: () => {
      const chosen = tf.tidy(() => tf.cast(tf.randomUniform([ids], 0, rows), 'int32'));
      const gradient = tf.randomNormal([ids, width]);
      return computation([chosen, gradient], () => embeddingGradient(gradient, chosen, rows));
    },
  });
  return [
    ...bothWays(
      `gated GELU [${batch * length}, ${feedForward}]`,
      () => [0, 1].map(() => tf.randomNormal([batch * length, feedForward])),
      (gate, up) => {
        if (!gate || !up) throw new Error('Expected two inputs.');
        return gatedGelu(gate, up);
      },
    ),
    embeddingOf('an embedding', vocabulary, 512, batch * length),
    embeddingOf('position buckets', 32, heads, length * length),
    ...attentionOf('bias and padding', 20, false),
    ...attentionOf('bias, causal', 0, true),
  ];
}
