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
  const counters = readCounters(file.metadata);
  const shapes = new Map(file.tensors.map(({ name, shape }) => [name, shape]));
  const variables = allVariables(parameters, optimizerState);
  const values = new Map<tf.Variable, Float32Array>();
  for (const [name, variable] of variables) {
    const data = await file.readTensor(name);
    const shape = shapes.get(name) ?? [];
    if (!(data instanceof Float32Array) || !tf.util.arraysEqual([...shape], variable.shape)) {
      const found = `${data instanceof Float32Array ? 'floats' : 'integers'} of shape [${shape.join(', ')}]`;
      throw new Error(
        `Checkpoint: expected floats of shape [${variable.shape.join(', ')}] for "${name}", found ${found}. It belongs to another model.`,
      );
    }
    values.set(variable, data);
  }
  for (const [variable, data] of values) {
    tf.tidy(() => variable.assign(tf.tensor(data, variable.shape, 'float32')));
  }
  return counters;
}

function readCounters(metadata: Readonly<Record<string, string>>): TrainingCounters {
  const parsed = v.safeParse(countersSchema, metadata);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new Error(
    `Checkpoint: expected a whole number as its counter ${v.getDotPath(issue) ?? 'of updates'}, found ${issue.received}. It is damaged, or not a checkpoint of a run; use another one.`,
  );
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
