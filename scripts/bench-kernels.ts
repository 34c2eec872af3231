/** Prints the speed of the wasm kernels beside tfjs's own compositions, both measured in one run. */

import { createRequire } from 'node:module';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { BackendWasm, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { adamwUpdate } from '../src/tensor/adamw-update';
import { attention } from '../src/tensor/attention';
import { crossEntropy } from '../src/tensor/cross-entropy';
import { embedding } from '../src/tensor/embedding';
import { gatedGelu } from '../src/tensor/gated-gelu';
import { rmsNorm } from '../src/tensor/rms-norm';
import { sumOfSquares } from '../src/tensor/sum-of-squares';
import { registerWasmKernels } from '../src/tensor/wasm/register';

/** The shapes of the models trained on the fallback backend. */
const [BATCH, LENGTH, MODEL, FEED_FORWARD, HEADS, VOCABULARY] = [32, 45, 64, 128, 4, 600] as const;
const ROWS = BATCH * LENGTH;

interface Case {
  readonly name: string;
  /** Floating-point operations of one call; 0 where only the time is of interest. */
  readonly operations: number;
  readonly run: () => tf.Tensor | tf.Tensor[];
}

type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Milliseconds of one call: the best of several rounds, so that the other load of the machine counts less. */
function milliseconds(run: Case['run']): number {
  let best = Infinity;
  let calls = 1;
  for (let round = 0; round < 8; round++) {
    const start = performance.now();
    for (let i = 0; i < calls; i++) tf.dispose(run());
    const elapsed = performance.now() - start;
    best = Math.min(best, elapsed / calls);
    if (round === 0) calls = Math.max(1, Math.min(200, Math.round(30 / elapsed)));
  }
  return best;
}

function productCases(): Case[] {
  const sizes = [
    [1, ROWS, FEED_FORWARD, MODEL],
    [1, ROWS, MODEL, FEED_FORWARD],
    [1, ROWS, VOCABULARY, MODEL],
    [1, MODEL, FEED_FORWARD, ROWS],
    [1, BATCH, MODEL, MODEL],
    [1, 1, FEED_FORWARD, FEED_FORWARD],
    [BATCH * HEADS, LENGTH, LENGTH, MODEL / HEADS],
    [BATCH * HEADS, 1, LENGTH, MODEL / HEADS],
  ] as const;
  const transpositions = [
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ] as const;
  return sizes.flatMap(([batch, m, n, k]) =>
    transpositions.map(([transposeA, transposeB]) => {
      const a = tf.randomNormal(transposeA ? [batch, k, m] : [batch, m, k]);
      const b = tf.randomNormal(transposeB ? [batch, n, k] : [batch, k, n]);
      return {
        name: `matMul ${transposeA ? 'T' : 'N'}${transposeB ? 'T' : 'N'} ${batch} x [${m}, ${k}] [${k}, ${n}]`,
        operations: 2 * batch * m * n * k,
        run: () => tf.matMul(a, b, transposeA, transposeB),
      };
    }),
  );
}

/** The operation alone, and with the gradients of all its inputs. */
function bothWays(name: string, operation: Operation, inputs: tf.Tensor[], operations = 0): Case[] {
  const gradients = tf.grads((...values: tf.Tensor[]) => tf.sum(operation(...values)));
  return [
    { name, operations, run: () => tf.tidy(() => operation(...inputs)) },
    {
      name: `${name}, gradients too`,
      operations: 3 * operations,
      run: () => tf.tidy(() => gradients(inputs)),
    },
  ];
}

function attentionCases(): Case[] {
  const states = () => tf.randomNormal([BATCH, LENGTH, MODEL]);
  const mask = tf.ones([BATCH, LENGTH]);
  const bias = tf.randomNormal([HEADS, LENGTH, LENGTH]);
  const operation: Operation = (query, key, value, added) =>
    attention({
      query: given(query),
      key: given(key),
      value: given(value),
      bias: added ?? null,
      mask,
      heads: HEADS,
      causal: false,
    });
  const one = tf.randomNormal([BATCH, 1, MODEL]);
  const decoding = [one, states(), states(), tf.randomNormal([HEADS, 1, LENGTH])];
  return [
    ...bothWays(
      `attention [${BATCH}, ${LENGTH}, ${MODEL}], ${HEADS} heads`,
      operation,
      [states(), states(), states(), bias],
      4 * BATCH * LENGTH * LENGTH * MODEL,
    ),
    {
      name: 'attention, one query to decode',
      operations: 4 * BATCH * LENGTH * MODEL,
      run: () => tf.tidy(() => operation(...decoding)),
    },
  ];
}

function optimizerCases(): Case[] {
  const shape = [VOCABULARY, MODEL];
  const variable = () => tf.variable(tf.randomUniform(shape, 0.1, 1));
  const variables = {
    parameter: variable(),
    firstMoment: variable(),
    secondMoment: variable(),
    gradient: tf.randomNormal(shape),
  };
  const settings = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
  const run = () => {
    adamwUpdate({ ...variables, ...settings, update: 1, gradientScale: 1 });
    return [];
  };
  return [
    { name: `adamwUpdate [${shape.join(', ')}]`, operations: 0, run },
    {
      name: `sumOfSquares [${shape.join(', ')}]`,
      operations: 0,
      run: () => tf.tidy(() => sumOfSquares(variables.gradient)),
    },
  ];
}

function otherCases(): Case[] {
  const shape = [BATCH, LENGTH, MODEL];
  const wide = () => tf.randomNormal([BATCH, LENGTH, FEED_FORWARD]);
  const logits = tf.randomNormal([ROWS, VOCABULARY]);
  const labels = tf.randomUniform([ROWS], 0, VOCABULARY, 'int32');
  const ids = tf.randomUniform([BATCH, LENGTH], 0, VOCABULARY, 'int32');
  const table = tf.randomNormal([VOCABULARY, MODEL]);
  return [
    ...bothWays('rmsNorm', (x, weight) => rmsNorm(given(x), given(weight), 1e-6), [
      tf.randomNormal(shape),
      tf.randomNormal([MODEL]),
    ]),
    ...bothWays('gatedGelu', (gate, up) => gatedGelu(given(gate), given(up)), [wide(), wide()]),
    ...bothWays('crossEntropy', (x) => crossEntropy(given(x), labels), [logits]),
    { name: 'exp', operations: 0, run: () => tf.exp(logits) },
    { name: 'log', operations: 0, run: () => tf.log(logits) },
    { name: 'embedding', operations: 0, run: () => tf.tidy(() => embedding(table, ids)) },
  ];
}

function given(tensor: tf.Tensor | undefined): tf.Tensor {
  if (!tensor) throw new Error('Expected a tensor, found none.');
  return tensor;
}

const require = createRequire(import.meta.url);
// Not imported: as a module of its own it holds a folder import, which Node refuses.
require('@tensorflow/tfjs-core/dist/register_all_gradients');
const folder = path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'));
setWasmPaths(`${folder}/wasm-out/`);
await tf.setBackend('wasm');
await tf.ready();
const backend = tf.backend();
if (!(backend instanceof BackendWasm)) throw new Error('Expected the wasm backend, found another.');

const cases = [...productCases(), ...attentionCases(), ...otherCases(), ...optimizerCases()];
// The stock wasm backend lacks the sum by segment, so that its embedding has no gradient to time.
const stock = cases.map(({ run }) => milliseconds(run));
await registerWasmKernels(backend);
for (const [i, { name, operations, run }] of cases.entries()) {
  const ours = milliseconds(run);
  const theirs = stock[i] ?? NaN;
  const speed = operations ? `${(operations / ours / 1e6).toFixed(1)} GFLOP/s` : '';
  const columns = [
    name.padEnd(46),
    `${ours.toFixed(3)} ms`.padStart(11),
    speed.padStart(14),
    `${(theirs / ours).toFixed(1)}x`.padStart(7),
    `tfjs ${theirs.toFixed(3)} ms`,
  ];
  console.log(columns.join(' '));
}
