/** A folder of PyTorch's results for one T5, read file by file; the same in Node and in a page. */

import * as v from 'valibot';
import { memorySource } from '../../src/weights/byte-source';
import { openCheckpoint, type T5Checkpoint } from '../../src/weights/checkpoint';
import { openSafetensors, type SafetensorsFile } from '../../src/weights/safetensors-reader';

/** The files of such a folder that the checks read, and what each holds. */
export const ORACLE_FILES: Readonly<Record<string, string>> = {
  'config.json': 'the configuration as Hugging Face writes it',
  'model.safetensors': 'the parameters in float32',
  'forward.safetensors': 'a padded batch, and the states, logits, ids and scores it gives',
  'grads_ce.safetensors': 'gradients of the cross-entropy by parameter',
  'grads_weighted_ce.safetensors': 'gradients of the weighted cross-entropy by parameter',
  'grads_kd.safetensors': 'gradients of the distillation loss by parameter',
  'summary.json': 'losses, optimizer settings and trajectories, relative position buckets',
  'model-q8_0.gguf': 'the parameters quantised to Q8_0',
  'expected-q8_0.safetensors': 'the dequantised parameters and what they compute',
  'model-q4_0.gguf': 'the parameters quantised to Q4_0',
  'expected-q4_0.safetensors': 'the dequantised parameters and what they compute',
};

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
    const text = new TextDecoder().decode(await this.readFile(name));
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new Error(`${name}: expected JSON, found something else.`, { cause: error });
    }
  }

  async summary(): Promise<OracleSummary> {
    const parsed = v.safeParse(summarySchema, await this.json('summary.json'));
    if (parsed.success) return parsed.output;
    const issue = parsed.issues[0];
    throw new Error(
      `summary.json: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}. Lay it out as in tests/fixtures/t5-tiny.`,
    );
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
