/** A folder of PyTorch's results for one T5, read file by file; the same in Node and in a page. */

import * as v from 'valibot';
import { memorySource } from '../../src/weights/byte-source';
import { openCheckpoint, type T5Checkpoint } from '../../src/weights/checkpoint';
import { openSafetensors, type SafetensorsFile } from '../../src/weights/safetensors-reader';

/** Reads one file of the folder, or throws when it is not there. */
export type ReadFile = (name: string) => Promise<Uint8Array>;

const trajectory = v.object({
  lr: v.number(),
  clip_norm: v.number(),
  losses: v.array(v.number()),
  grad_norms: v.array(v.number()),
});

const summarySchema = v.object({
  loss: v.number(),
  kd_temperature: v.number(),
  kd_loss: v.number(),
  weighted_ce: v.number(),
  adamw: v.object({
    ...trajectory.entries,
    betas: v.tuple([v.number(), v.number()]),
    eps: v.number(),
    weight_decay: v.number(),
  }),
  adafactor: v.object({
    ...trajectory.entries,
    eps: v.tuple([v.number(), v.number()]),
    clip_threshold: v.number(),
    decay_rate: v.number(),
  }),
  relative_position_buckets: v.object({
    first: v.number(),
    last: v.number(),
    bidirectional: v.array(v.number()),
    causal: v.array(v.number()),
  }),
  q8_0: v.object({ loss: v.number() }),
  q4_0: v.object({ loss: v.number() }),
});

export type OracleSummary = v.InferOutput<typeof summarySchema>;

export class OracleFolder {
  private readonly readFile: ReadFile;

  constructor(readFile: ReadFile) {
    this.readFile = readFile;
  }

  async json(name: string): Promise<unknown> {
    return JSON.parse(new TextDecoder().decode(await this.readFile(name)));
  }

  async summary(): Promise<OracleSummary> {
    return v.parse(summarySchema, await this.json('summary.json'));
  }

  async tensors(name: string): Promise<SafetensorsFile> {
    return openSafetensors(memorySource(name, await this.readFile(name)));
  }

  /** A checkpoint; a GGUF file is opened by its own metadata alone. */
  async checkpoint(name: string): Promise<T5Checkpoint> {
    const source = memorySource(name, await this.readFile(name));
    return name.endsWith('.gguf')
      ? openCheckpoint(source)
      : openCheckpoint(source, await this.json('config.json'));
  }
}
