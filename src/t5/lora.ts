/** Low-rank adapters of a T5 (LoRA, Hu et al. 2021): which layers have one, its parameters and where they start. */

import { hashSeed, Random } from '../data/random';
import type { T5Configuration } from './configuration';
import type { ParameterSource } from './model';
import { describeParameters, initialValues, type ParameterDescription } from './parameters';

/** Queries and values, as in the article; the four matrices of every attention; those and the feed-forward's. */
export const LORA_LAYERS = ['query-value', 'attention', 'all'] as const;
export type LoraLayers = (typeof LORA_LAYERS)[number];

export interface LoraSettings {
  /** Inner size of an adapter. */
  readonly rank: number;
  /** An adapter's product counts alpha / rank times. */
  readonly alpha: number;
  readonly layers: LoraLayers;
}

const ADAPTED: Readonly<Record<LoraLayers, readonly string[]>> = {
  'query-value': ['q', 'v'],
  attention: ['q', 'k', 'v', 'o'],
  all: ['q', 'k', 'v', 'o', 'wi_0', 'wi_1', 'wo'],
};

/** The adapter of one weight, under the names that Hugging Face's PEFT gives its parts. */
export interface AdapterDescription {
  /** Name of the weight it belongs to. */
  readonly weight: string;
  /** `[rank, inputs]`, random at first. */
  readonly down: ParameterDescription;
  /** `[outputs, rank]`, zeros at first: the model starts as what it adapts. */
  readonly up: ParameterDescription;
}

/** Every adapter, in the order of the weights. */
export function describeAdapters(
  configuration: T5Configuration,
  { rank, layers }: Pick<LoraSettings, 'rank' | 'layers'>,
): AdapterDescription[] {
  return describeParameters(configuration).flatMap(({ name, shape }) => {
    const [outputs = 0, inputs = 0] = shape;
    const layer = /\.(\w+)\.weight$/.exec(name)?.[1] ?? '';
    if (shape.length !== 2 || !ADAPTED[layers].includes(layer)) return [];
    const part = (letter: string) => name.replace(/weight$/, `lora_${letter}.weight`);
    // The deviation of a uniform distribution between -1 and 1 over the root of the inputs.
    const initialDeviation = (3 * inputs) ** -0.5;
    return [
      {
        weight: name,
        down: { name: part('A'), shape: [rank, inputs], initialDeviation },
        up: { name: part('B'), shape: [outputs, rank], initialDeviation: 0 },
      },
    ];
  });
}

/** Number of parameters that are trained. */
export function adapterParameterCount(
  configuration: T5Configuration,
  settings: Pick<LoraSettings, 'rank' | 'layers'>,
): number {
  return describeAdapters(configuration, settings).reduce((sum, { down, up }) => {
    const [outputs = 0, rank = 0] = up.shape;
    const [, inputs = 0] = down.shape;
    return sum + rank * (inputs + outputs);
  }, 0);
}

/** Adapters before any training: the same for the same seed, whatever else is adapted. */
export function initialAdapters(
  configuration: T5Configuration,
  settings: LoraSettings,
  seed: number,
): ParameterSource {
  const parts = describeAdapters(configuration, settings).flatMap(({ down, up }) => [down, up]);
  const described = new Map(parts.map((part) => [part.name, part]));
  return {
    async readTensor(name) {
      const description = described.get(name);
      if (description === undefined) {
        throw new Error(
          `Adapters: expected the name of one of ${described.size}, found "${name}".`,
        );
      }
      return initialValues(description, new Random(hashSeed(seed, name)));
    },
  };
}
