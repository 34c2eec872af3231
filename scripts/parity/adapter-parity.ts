/** Adapters: their gradients from PyTorch's by the chain rule, what they merge to, and a quantised base under them. */

import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../../src/data/random';
import { parseT5Configuration, type T5Configuration } from '../../src/t5/configuration';
import { describeAdapters, type LoraSettings } from '../../src/t5/lora';
import { batchLoss } from '../../src/t5/loss';
import { T5Model, type ParameterSource } from '../../src/t5/model';
import { initialValues } from '../../src/t5/parameters';
import { keepsQuantised } from '../../src/tensor/quantised-matrix';
import { relativeError, type Comparison } from './comparison';
import { FORWARD_TOLERANCE } from './forward-parity';
import { GRADIENT_TOLERANCE } from './gradient-parity';
import type { OracleFolder } from './oracle-folder';
import { SequenceRows } from './sequence-rows';

/** A rank that is no multiple of four, in every layer that can have an adapter. */
const LORA: LoraSettings = { rank: 3, alpha: 5, layers: 'all' };
const SCALE = LORA.alpha / LORA.rank;

/**
 * A base of PyTorch's weights minus what the adapters add computes what PyTorch computed. With `dW` its
 * gradient of a weight, those of the adapter are `scale · upᵀ · dW` and `scale · dW · downᵀ`.
 */
export async function adapterParity(folder: OracleFolder): Promise<Comparison[]> {
  const checkpoint = await folder.checkpoint('model.safetensors');
  const configuration = parseT5Configuration(checkpoint.configJson);
  const adapters = randomAdapters(configuration);
  const source: ParameterSource = {
    readTensor: async (name) => {
      const weights = Float32Array.from(await checkpoint.readTensor(name));
      const own = adapters.get(name);
      if (own === undefined) return weights;
      return weights.map((weight, at) => weight - own.addedTo(at));
    },
  };
  const model = await T5Model.load(configuration, source, adapted(adapters));
  const { loss, gradients } = await trainingGradients(folder, model);
  const expected = await folder.tensors('grads_ce.safetensors');
  let ofGradients = 0;
  let ofMerged = 0;
  for (const [name, own] of adapters) {
    const ofWeight = await expected.readTensor(name);
    for (const part of own.expectedGradients(ofWeight)) {
      ofGradients = Math.max(
        ofGradients,
        relativeError(gradients.get(part.name) ?? [], part.values),
      );
    }
  }
  for (const [name, { data }] of await model.read()) {
    ofMerged = Math.max(ofMerged, relativeError(data, await checkpoint.readTensor(name)));
  }
  model.dispose();
  const { loss: expectedLoss } = await folder.summary();
  const results: Comparison[] = [
    {
      name: 'adapters: cross-entropy',
      error: relativeError([loss], [expectedLoss]),
      tolerance: FORWARD_TOLERANCE,
    },
    {
      name: `adapters: gradients of cross-entropy (worst of ${2 * adapters.size} matrices)`,
      error: ofGradients,
      tolerance: GRADIENT_TOLERANCE,
    },
    { name: 'adapters: merged parameters', error: ofMerged, tolerance: 1e-6 },
  ];
  if (!keepsQuantised()) return results;
  for (const type of ['q8_0', 'q4_0'] as const) results.push(...(await overBlocks(folder, type)));
  return results;
}

/** The gradients over a base that stays quantised against those over its floats. */
async function overBlocks(folder: OracleFolder, type: 'q8_0' | 'q4_0'): Promise<Comparison[]> {
  const checkpoint = await folder.checkpoint(`model-${type}.gguf`);
  const configuration = parseT5Configuration(checkpoint.configJson);
  const options = adapted(randomAdapters(configuration));
  const compute = async (keepQuantised: boolean) => {
    const model = await T5Model.load(configuration, checkpoint, { ...options, keepQuantised });
    const computed = await trainingGradients(folder, model);
    model.dispose();
    return computed;
  };
  const expected = await compute(false);
  const found = await compute(true);
  let error = 0;
  for (const [name, values] of expected.gradients) {
    error = Math.max(error, relativeError(found.gradients.get(name) ?? [], values));
  }
  return [
    { name: `${type} kept: gradients of adapters`, error, tolerance: GRADIENT_TOLERANCE },
    {
      name: `${type} kept: cross-entropy with adapters`,
      error: relativeError([found.loss], [expected.loss]),
      tolerance: FORWARD_TOLERANCE,
    },
  ];
}

async function trainingGradients(folder: OracleFolder, model: T5Model) {
  const forward = await folder.tensors('forward.safetensors');
  const { ones, teacherLogits, ...batch } = (
    await SequenceRows.read(forward, model.configuration)
  ).tensors();
  const { value, grads } = tf.variableGrads(
    () =>
      batchLoss(model, {
        ...batch,
        weights: tf.reshape(ones, [-1]),
        teacher: null,
        targetTokens: 0,
      }),
    [...model.trained.values()],
  );
  const gradients = new Map<string, ArrayLike<number>>();
  for (const [name, { name: own }] of model.trained) {
    gradients.set(name, (await grads[own]?.data()) ?? []);
  }
  const [loss = Number.NaN] = await value.data();
  tf.dispose([value, ones, teacherLogits, ...Object.values(batch), ...Object.values(grads)]);
  return { loss, gradients };
}

type Adapters = ReadonlyMap<string, PlainAdapter>;

/** Adapters, by the name of their weight, that change it by about a tenth. */
function randomAdapters(configuration: T5Configuration): Adapters {
  const random = new Random(17);
  return new Map(
    describeAdapters(configuration, LORA).map(({ weight, down, up }) => {
      const wide = { ...up, initialDeviation: 0.1 };
      const plain = new PlainAdapter(
        { name: down.name, values: initialValues(down, random) },
        { name: up.name, values: initialValues(wide, random) },
        down.shape[1] ?? 0,
      );
      return [weight, plain];
    }),
  );
}

function adapted(adapters: Adapters) {
  const parts = new Map<string, Float32Array>();
  for (const { down, up } of adapters.values()) {
    parts.set(down.name, down.values).set(up.name, up.values);
  }
  const readTensor = async (name: string) => parts.get(name) ?? new Float32Array();
  return { adapters: { settings: LORA, source: { readTensor } } };
}

interface NamedValues {
  readonly name: string;
  readonly values: Float32Array;
}

/** An adapter's arithmetic in plain loops of double precision. */
class PlainAdapter {
  readonly down: NamedValues;
  readonly up: NamedValues;
  readonly #inputs: number;

  constructor(down: NamedValues, up: NamedValues, inputs: number) {
    this.down = down;
    this.up = up;
    this.#inputs = inputs;
  }

  /** What is added to element `at` of the weight. */
  addedTo(at: number): number {
    const output = Math.floor(at / this.#inputs);
    const input = at % this.#inputs;
    let sum = 0;
    for (let inner = 0; inner < LORA.rank; inner++) {
      sum += this.#upAt(output, inner) * this.#downAt(inner, input);
    }
    return SCALE * sum;
  }

  /** @param ofWeight the gradient of the weight that this is added to, `[outputs, inputs]` */
  expectedGradients(ofWeight: ArrayLike<number>) {
    const down = new Float64Array(this.down.values.length);
    const up = new Float64Array(this.up.values.length);
    for (let at = 0; at < ofWeight.length; at++) {
      const output = Math.floor(at / this.#inputs);
      const input = at % this.#inputs;
      const gradient = SCALE * (ofWeight[at] ?? 0);
      for (let inner = 0; inner < LORA.rank; inner++) {
        const downAt = inner * this.#inputs + input;
        const upAt = output * LORA.rank + inner;
        down[downAt] = (down[downAt] ?? 0) + gradient * this.#upAt(output, inner);
        up[upAt] = (up[upAt] ?? 0) + gradient * this.#downAt(inner, input);
      }
    }
    return [
      { name: this.down.name, values: down },
      { name: this.up.name, values: up },
    ];
  }

  #downAt(inner: number, input: number): number {
    return this.down.values[inner * this.#inputs + input] ?? 0;
  }

  #upAt(output: number, inner: number): number {
    return this.up.values[output * LORA.rank + inner] ?? 0;
  }
}
