/** A trainer's state as one safetensors file: parameters, optimizer moments and counters. */

import * as tf from '@tensorflow/tfjs-core';
import * as v from 'valibot';
import { memorySource } from '../weights/byte-source';
import { openSafetensors } from '../weights/safetensors-reader';
import { encodeSafetensors } from '../weights/safetensors-writer';

const countersSchema = v.object({
  updatesDone: v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number)),
  updatesApplied: v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number)),
  skippedInARow: v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number)),
});

export type TrainingCounters = v.InferOutput<typeof countersSchema>;

type Variables = ReadonlyMap<string, tf.Variable>;

const OPTIMIZER_PREFIX = 'optimizer.';

/** Parameters keep their Hugging Face names, so that a checkpoint opens as a model too. */
export async function encodeTrainingState(
  parameters: Variables,
  optimizerState: Variables,
  counters: TrainingCounters,
): Promise<Uint8Array> {
  const tensors: { name: string; shape: readonly number[]; data: Float32Array }[] = [];
  for (const [name, variable] of allVariables(parameters, optimizerState)) {
    tensors.push({ name, shape: variable.shape, data: await readVariable(variable) });
  }
  return encodeSafetensors(tensors, {
    updatesDone: String(counters.updatesDone),
    updatesApplied: String(counters.updatesApplied),
    skippedInARow: String(counters.skippedInARow),
  });
}

/** Checks the whole file first and only then assigns, so that a damaged one changes nothing. */
export async function decodeTrainingState(
  bytes: Uint8Array,
  parameters: Variables,
  optimizerState: Variables,
): Promise<TrainingCounters> {
  const file = await openSafetensors(memorySource('checkpoint', bytes));
  const counters = v.parse(countersSchema, file.metadata);
  const variables = allVariables(parameters, optimizerState);
  const values = new Map<tf.Variable, Float32Array>();
  for (const [name, variable] of variables) {
    const data = await file.readTensor(name);
    if (!(data instanceof Float32Array) || data.length !== variable.size) {
      throw new Error(
        `Checkpoint: expected ${variable.size} floats for "${name}", found ${data.length} values. It belongs to another model.`,
      );
    }
    values.set(variable, data);
  }
  for (const [variable, data] of values) {
    tf.tidy(() => variable.assign(tf.tensor(data, variable.shape, 'float32')));
  }
  return counters;
}

function allVariables(parameters: Variables, optimizerState: Variables): [string, tf.Variable][] {
  const state = [...optimizerState].map(([name, variable]): [string, tf.Variable] => [
    `${OPTIMIZER_PREFIX}${name}`,
    variable,
  ]);
  return [...parameters, ...state];
}

/**
 * A copy of a variable's values. It is read through a fresh tensor because backends cache what
 * they read, and updates in place would leave that cache stale.
 */
async function readVariable(variable: tf.Variable): Promise<Float32Array> {
  const copy = tf.tidy(() => tf.add(variable, 0));
  const data = await copy.data<'float32'>();
  copy.dispose();
  return Float32Array.from(data);
}
