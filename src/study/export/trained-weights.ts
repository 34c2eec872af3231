/** The trained weights of a run, read one by one from its checkpoint; adapters are merged into their base. */

import type { ParameterSource } from '../../t5/model';
import { describeAdapters, type LoraSettings } from '../../t5/lora';
import { describeParameters } from '../../t5/parameters';
import { memorySource } from '../../weights/byte-source';
import { openSafetensors, type SafetensorsFile } from '../../weights/safetensors-reader';
import type { StudentOrigin } from '../models';

/** A weight under its Hugging Face name, read when it is wanted. */
export interface TrainedWeight {
  readonly name: string;
  /** As PyTorch orders it: `[outputs, inputs]`. */
  readonly shape: readonly number[];
  /** Row-major floats. */
  read(): Promise<Float32Array>;
}

/**
 * Every weight of a trained student in Hugging Face's order.
 *
 * @param checkpoint a trainer's snapshot
 * @param adapters what the run trained; null for all parameters
 * @throws Error when the checkpoint belongs to a model of another shape
 */
export async function trainedWeights(
  { configuration, parameters }: StudentOrigin,
  checkpoint: Uint8Array,
  adapters: LoraSettings | null,
): Promise<readonly TrainedWeight[]> {
  const file = await openSafetensors(memorySource('checkpoint', checkpoint));
  const described = describeParameters(configuration);
  if (adapters === null) {
    return described.map(({ name, shape }) => {
      assertShape(file, name, shape);
      return { name, shape, read: () => readFloats(file, name) };
    });
  }
  const adapterOf = new Map(
    describeAdapters(configuration, adapters).map((adapter) => [adapter.weight, adapter]),
  );
  return described.map(({ name, shape }) => {
    const adapter = adapterOf.get(name);
    if (adapter === undefined) return { name, shape, read: () => parameters.readTensor(name) };
    const { down, up } = adapter;
    assertShape(file, down.name, down.shape);
    assertShape(file, up.name, up.shape);
    const scale = adapters.alpha / adapters.rank;
    return {
      name,
      shape,
      read: async () =>
        merged(await baseValues(parameters, name), shape, {
          down: await readFloats(file, down.name),
          up: await readFloats(file, up.name),
          rank: adapters.rank,
          scale,
        }),
    };
  });
}

/** A copy: the source may keep what it gave. */
async function baseValues(parameters: ParameterSource, name: string): Promise<Float32Array> {
  return Float32Array.from(await parameters.readTensor(name));
}

interface Adapter {
  /** `[rank, inputs]` */
  readonly down: Float32Array;
  /** `[outputs, rank]` */
  readonly up: Float32Array;
  readonly rank: number;
  readonly scale: number;
}

/** `base + scale · up · down` in the base's place; sums in 64 bit, rounded once. */
function merged(
  base: Float32Array,
  [outputs = 0, inputs = 0]: readonly number[],
  { down, up, rank, scale }: Adapter,
): Float32Array {
  const row = new Float64Array(inputs);
  for (let output = 0; output < outputs; output++) {
    row.fill(0);
    for (let inner = 0; inner < rank; inner++) {
      const factor = scale * (up[output * rank + inner] ?? 0);
      for (let input = 0; input < inputs; input++) {
        row[input] = (row[input] ?? 0) + factor * (down[inner * inputs + input] ?? 0);
      }
    }
    for (let input = 0; input < inputs; input++) {
      const index = output * inputs + input;
      base[index] = (base[index] ?? 0) + (row[input] ?? 0);
    }
  }
  return base;
}

function assertShape(file: SafetensorsFile, name: string, expected: readonly number[]): void {
  const found = file.tensors.find((tensor) => tensor.name === name)?.shape;
  if (found?.join() === expected.join()) return;
  throw new Error(
    `Export: expected ${name} of shape [${expected.join(', ')}] in the checkpoint, found ${found === undefined ? 'none' : `[${found.join(', ')}]`}. It belongs to another model, or to other settings of its adapters.`,
  );
}

async function readFloats(file: SafetensorsFile, name: string): Promise<Float32Array> {
  const values = await file.readTensor(name);
  if (values instanceof Float32Array) return values;
  throw new Error(`Export: expected floats as ${name} in the checkpoint, found integers.`);
}
