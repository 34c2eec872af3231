/** Prints the speed of the WGSL kernels beside tfjs's own compositions, interleaved in one run, and their dispatches. */

import * as tf from '@tensorflow/tfjs-core';
import { attention, attentionReference, type AttentionInputs } from '../src/tensor/attention';
import { cachedAttention, cachedAttentionReference } from '../src/tensor/cached-attention';
import { chooseTokens } from '../src/tensor/choose-tokens';
import { embeddingGradient, embeddingGradientReference } from '../src/tensor/embedding';
import { gatedGelu, gatedGeluReference } from '../src/tensor/gated-gelu';
import { registerWebgpuKernels } from '../src/tensor/webgpu/register';
import { startNodeBackend } from './node-backend';
import { startNodeWebgpu } from './node-webgpu';

/** The shapes of a training batch of flan-t5-small, cut to what a software GPU can repeat. */
const [BATCH, LENGTH, HEADS, HEAD, FEED_FORWARD] = [2, 64, 6, 64, 1024] as const;
const INNER = HEADS * HEAD;
const REPETITIONS = 5;

type Compute = () => tf.Tensor | tf.Tensor[];

interface Case {
  readonly name: string;
  readonly ours: Compute;
  readonly stock: Compute;
}

function bothWays(
  name: string,
  inputs: tf.Tensor[],
  ours: (...given: tf.Tensor[]) => tf.Tensor,
  stock: (...given: tf.Tensor[]) => tf.Tensor,
): Case[] {
  const along = tf.tidy(() => tf.randomNormal(ours(...inputs).shape));
  const gradients = (operation: (...given: tf.Tensor[]) => tf.Tensor) => () =>
    tf.grads((...given: tf.Tensor[]) => tf.sum(tf.mul(operation(...given), along)))(inputs);
  return [
    { name, ours: () => ours(...inputs), stock: () => stock(...inputs) },
    { name: `${name}, gradients too`, ours: gradients(ours), stock: gradients(stock) },
  ];
}

function attentionCases(): Case[] {
  const states = () => tf.randomNormal([BATCH, LENGTH, INNER]);
  const bias = tf.randomNormal([HEADS, LENGTH, LENGTH]);
  const seen = Array.from({ length: BATCH * LENGTH }, (_, i) => Number(i % LENGTH < LENGTH - 20));
  const mask = tf.tensor2d(seen, [BATCH, LENGTH]);
  const cases = [
    { name: 'with bias and padding', mask, causal: false },
    { name: 'with bias, causal', mask: null, causal: true },
  ];
  return cases.flatMap(({ name, ...settings }) => {
    const inputsOf = (given: tf.Tensor[]): AttentionInputs => {
      const [query = bias, key = bias, value = bias, added = bias] = given;
      return { query, key, value, bias: added, heads: HEADS, ...settings };
    };
    return bothWays(
      `attention [${BATCH}, ${LENGTH}, ${INNER}], ${HEADS} heads, ${name}`,
      [states(), states(), states(), bias],
      (...given) => attention(inputsOf(given)),
      (...given) => attentionReference(inputsOf(given)),
    );
  });
}

function decodingCases(): Case[] {
  const [rows, heads, room] = [16, 12, 64];
  const inner = heads * HEAD;
  const token = () => tf.randomNormal([rows, 1, inner]);
  const cache = () => tf.randomNormal([rows, room, inner]);
  const bias = tf.randomNormal([heads, 1, room]);
  const kept = { query: token(), key: token(), value: token(), keys: cache(), values: cache() };
  const own = { ...kept, bias, heads, position: 50 };
  const crossed = {
    query: token(),
    key: tf.randomNormal([rows, 160, inner]),
    value: tf.randomNormal([rows, 160, inner]),
    bias: null,
    mask: tf.ones([rows, 160]),
    heads,
    causal: false,
  };
  const logits = tf.randomNormal([rows, 32_128]);
  return [
    {
      name: `a token's self-attention, ${rows} rows, ${heads} heads, 50 tokens kept`,
      ours: () => cachedAttention(own),
      stock: () => cachedAttentionReferenceOfStock(own),
    },
    {
      name: `a token's cross-attention over 160 keys`,
      ours: () => attention(crossed),
      stock: () => attentionReference(crossed),
    },
    {
      name: `the likeliest of 32128 tokens, ${rows} rows`,
      ours: () => chooseTokens(logits, null),
      stock: () => tf.argMax(logits, -1),
    },
  ];
}

/** The reference with attention as a composition too, as it was before there were kernels. */
function cachedAttentionReferenceOfStock(
  inputs: Parameters<typeof cachedAttentionReference>[0],
): tf.Tensor {
  const kernel = tf.getKernel('FusedAttention', 'webgpu');
  tf.unregisterKernel('FusedAttention', 'webgpu');
  try {
    return cachedAttentionReference(inputs);
  } finally {
    tf.registerKernel(kernel);
  }
}

function otherCases(): Case[] {
  const wide = () => tf.randomNormal([BATCH * LENGTH, FEED_FORWARD]);
  const gradientOf = (model: number, ids: tf.Tensor) => tf.randomNormal([...ids.shape, model]);
  const tokens = tf.cast(tf.randomUniform([8, 160], 0, 32_128), 'int32');
  const buckets = tf.cast(tf.randomUniform([LENGTH, LENGTH], 0, 32), 'int32');
  const ofTokens = gradientOf(512, tokens);
  const ofBuckets = gradientOf(HEADS, buckets);
  return [
    ...bothWays(
      `gated GELU [${BATCH * LENGTH}, ${FEED_FORWARD}]`,
      [wide(), wide()],
      (gate, up) => gatedGelu(given(gate), given(up)),
      (gate, up) => gatedGeluReference(given(gate), given(up)),
    ),
    {
      name: 'gradient of an embedding [32128, 512], 1280 ids',
      ours: () => embeddingGradient(ofTokens, tokens, 32_128),
      stock: () => embeddingGradientReference(ofTokens, tokens, 32_128),
    },
    {
      name: `gradient of position buckets [32, ${HEADS}], ${LENGTH * LENGTH} ids`,
      ours: () => embeddingGradient(ofBuckets, buckets, 32),
      stock: () => embeddingGradientReference(ofBuckets, buckets, 32),
    },
  ];
}

function given(tensor: tf.Tensor | undefined): tf.Tensor {
  if (!tensor) throw new Error('Expected a tensor, found none.');
  return tensor;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

async function main(): Promise<void> {
  const report = await startNodeBackend('webgpu');
  // Not before there is a GPU: at its import the backend looks for one.
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) throw new Error('Expected the WebGPU backend.');
  const { runner } = registerWebgpuKernels(backend);
  let programs = 0;
  const runProgram = backend.runWebGPUProgram.bind(backend);
  backend.runWebGPUProgram = (...parameters) => {
    programs += 1;
    return runProgram(...parameters);
  };
  const measure = async (compute: Compute) => {
    const before = programs + runner.dispatches;
    const start = performance.now();
    const outputs = tf.tidy(compute);
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    backend.submitQueue();
    await backend.device.queue.onSubmittedWorkDone();
    const time = performance.now() - start;
    tf.dispose(outputs);
    return { time, dispatches: programs + runner.dispatches - before };
  };
  console.log(`${report.name}; medians of ${REPETITIONS} interleaved repetitions`);
  for (const { name, ours, stock } of [...decodingCases(), ...otherCases(), ...attentionCases()]) {
    const times: { readonly ours: number[]; readonly stock: number[] } = { ours: [], stock: [] };
    const compiled = { ours: await measure(ours), stock: await measure(stock) };
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      times.ours.push((await measure(ours)).time);
      times.stock.push((await measure(stock)).time);
    }
    const [fast, slow] = [median(times.ours), median(times.stock)];
    const columns = [
      name.padEnd(68),
      `${fast.toFixed(1)} ms`.padStart(10),
      `tfjs ${slow.toFixed(1)} ms`.padStart(15),
      `${(slow / fast).toFixed(2)}x`.padStart(7),
      `${compiled.ours.dispatches} for ${compiled.stock.dispatches} dispatches`,
    ];
    console.log(columns.join(' '));
  }
}

if (await startNodeWebgpu()) {
  await main();
  // Dawn keeps the process alive.
  process.exit();
}
