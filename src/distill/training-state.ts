/** A trainer's state as one safetensors file: parameters or adapters, optimizer moments and counters. */

import * as tf from '@tensorflow/tfjs-core';
import * as v from 'valibot';
import { baseFingerprint } from '../t5/base-fingerprint';
import type { T5Model } from '../t5/model';
import { memorySource } from '../weights/byte-source';
import { openSafetensors } from '../weights/safetensors-reader';
import { encodeSafetensors } from '../weights/safetensors-writer';
import type { Optimizer } from './optimizers/optimizer';

const countersSchema = v.object({
  updatesDone: v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number)),
  updatesApplied: v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number)),
  skippedInARow: v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number)),
});

export type TrainingCounters = v.InferOutput<typeof countersSchema>;

type StoredState = Pick<Optimizer, 'stateShapes' | 'copyState' | 'assignState'>;

const OPTIMIZER_PREFIX = 'optimizer.';

/** What is trained keeps its Hugging Face names, so that a checkpoint opens as a model, or as its adapters, too. */
export async function encodeTrainingState(
  model: T5Model,
  optimizer: StoredState,
  counters: TrainingCounters,
): Promise<Uint8Array> {
  const tensors: { name: string; shape: readonly number[]; data: Float32Array }[] = [];
  for (const [name, variable] of model.trained) {
    const data = await readOnce(tf.add(variable, 0));
    tensors.push({ name, shape: variable.shape, data });
  }
  for (const [name, shape] of optimizer.stateShapes) {
    const data = await readOnce(optimizer.copyState(name));
    tensors.push({ name: `${OPTIMIZER_PREFIX}${name}`, shape, data });
  }
  const base = await baseFingerprint(model);
  return encodeSafetensors(tensors, {
    ...(base === null ? {} : { base }),
    updatesDone: String(counters.updatesDone),
    updatesApplied: String(counters.updatesApplied),
    skippedInARow: String(counters.skippedInARow),
  });
}

/** Checks the whole file first and only then assigns, so that a damaged one changes nothing. */
export async function decodeTrainingState(
  bytes: Uint8Array,
  model: T5Model,
  optimizer: StoredState,
): Promise<TrainingCounters> {
  const file = await openSafetensors(memorySource('checkpoint', bytes));
  const counters = readCounters(file.metadata);
  await assertSameBase(model, file.metadata);
  const shapes = new Map(file.tensors.map(({ name, shape }) => [name, shape]));
  const read = async (name: string, expected: readonly number[]): Promise<Float32Array> => {
    const data = await file.readTensor(name);
    const shape = shapes.get(name) ?? [];
    if (data instanceof Float32Array && tf.util.arraysEqual([...shape], [...expected])) return data;
    const found = `${data instanceof Float32Array ? 'floats' : 'integers'} of shape [${shape.join(', ')}]`;
    throw new Error(
      `Checkpoint: expected floats of shape [${expected.join(', ')}] for "${name}", found ${found}. It belongs to another model.`,
    );
  };
  const values = new Map<tf.Variable, Float32Array>();
  for (const [name, variable] of model.trained) {
    values.set(variable, await read(name, variable.shape));
  }
  const state = new Map<string, Float32Array>();
  for (const [name, shape] of optimizer.stateShapes) {
    state.set(name, await read(`${OPTIMIZER_PREFIX}${name}`, shape));
  }
  for (const [variable, data] of values) {
    tf.tidy(() => variable.assign(tf.tensor(data, variable.shape, 'float32')));
  }
  optimizer.assignState(state);
  return counters;
}

/** @throws Error when the adapters of a checkpoint with this metadata were trained on another base */
export async function assertSameBase(
  model: T5Model,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const expected = await baseFingerprint(model);
  const found = metadata['base'] ?? null;
  if (expected === found) return;
  const named = (base: string | null): string =>
    base === null ? 'a whole model' : `adapters of the base ${base.slice(0, 12)}`;
  throw new Error(
    `Checkpoint: expected ${named(expected)}, found ${named(found)}. It belongs to another model or to other settings of its adapters; start the study again.`,
  );
}

function readCounters(metadata: Readonly<Record<string, string>>): TrainingCounters {
  const parsed = v.safeParse(countersSchema, metadata);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new Error(
    `Checkpoint: expected a whole number as its counter ${v.getDotPath(issue) ?? 'of updates'}, found ${issue.received}. It is damaged, or not a checkpoint of a run; use another one.`,
  );
}

/** The values of a tensor made for this: backends cache what they read, and updates in place would leave that stale. */
async function readOnce(copy: tf.Tensor): Promise<Float32Array> {
  const data = await copy.data<'float32'>();
  copy.dispose();
  return Float32Array.from(data);
}
