/** Decoding with weights kept quantised, beside stock tfjs with the same weights in float32 and the same cache. */

import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../../src/data/random';
import type { T5Configuration } from '../../src/t5/configuration';
import { DecoderCache } from '../../src/t5/decoder-cache';
import { T5Model, type ParameterSource } from '../../src/t5/model';
import { describeParameters, isWeightMatrix, parameterCount } from '../../src/t5/parameters';
import { canChooseTokens, chooseTokens } from '../../src/tensor/choose-tokens';
import { BLOCK_ELEMENTS, dequantizeQ4_0, dequantizeQ8_0 } from '../../src/weights/quantization';
import {
  integerBytes,
  quantisedPlanes,
  type QuantisedFormat,
} from '../../src/weights/quantised-planes';
import type { Benchmark, BenchmarkResult } from './benchmark';
import { timeBoth } from './measuring';
import { OURS, useBackend } from './stock-backend';

interface Shape {
  readonly configuration: T5Configuration;
  readonly rows: number;
  readonly inputTokens: number;
  readonly tokens: number;
}

/** A decoder of two layers in flan-t5-base's widths; its encoder is not part of it. */
const FULL: Shape = {
  configuration: {
    vocabularySize: 32_128,
    modelWidth: 768,
    keyValueWidth: 64,
    feedForwardWidth: 2048,
    encoderLayers: 0,
    decoderLayers: 2,
    heads: 12,
    relativeBuckets: 32,
    relativeMaximumDistance: 128,
    layerNormEpsilon: 1e-6,
    padId: 0,
    endId: 1,
    decoderStartId: 0,
  },
  rows: 16,
  inputTokens: 96,
  tokens: 64,
};

/** In flan-t5-small's widths, with fewer words and tokens, for software adapters. */
const REDUCED: Shape = {
  ...FULL,
  configuration: {
    ...FULL.configuration,
    vocabularySize: 2_048,
    modelWidth: 512,
    feedForwardWidth: 1024,
    heads: 6,
  },
  inputTokens: 8,
  tokens: 4,
};

const AIM = 2.5;
/** Most bytes a parameter, its share of scales, norms and position biases included. */
const MOST_BYTES: Readonly<Record<QuantisedFormat, number>> = { Q8_0: 1.15, Q4_0: 0.65 };

/** The time of a token for all rows, and the bytes of the weights on the device. */
export function decodingBenchmark(options: {
  readonly software: boolean;
  readonly short: boolean;
}): Benchmark {
  return {
    name: 'decoding',
    async run() {
      const shape = options.software ? REDUCED : FULL;
      const { rows, tokens, configuration } = shape;
      // Two more runs come first, to compile and to fill caches.
      const onSoftware = options.short ? 1 : 3;
      const repetitions = options.software ? onSoftware : 5;
      const times = await timeBoth(() => decoding(shape), {
        repetitions,
        software: options.software,
      });
      const perToken = { ours: times.ours / tokens, stock: times.stock / tokens };
      return [
        {
          name: `a token of ${rows} rows, Q8_0 beside float32, width ${configuration.modelWidth}`,
          unit: 'ms',
          ...perToken,
          ratio: times.stock / times.ours,
          aim: AIM,
        },
        await bytesOfWeights(shape, 'Q8_0'),
        await bytesOfWeights(shape, 'Q4_0'),
      ];
    },
  };
}

/** As `generate` does it: with stock tfjs every token is read, with our kernels every eighth. */
async function decoding({ configuration, rows, inputTokens, tokens }: Shape) {
  const model = await T5Model.load(configuration, randomSource(configuration, 'Q8_0'), {
    keepQuantised: true,
  });
  const states = tf.randomNormal([rows, inputTokens, configuration.modelWidth]);
  const mask = tf.ones([rows, inputTokens]);
  const tokensOfRead = canChooseTokens() ? 8 : 1;
  return {
    async run() {
      tf.engine().startScope();
      const cache = new DecoderCache(model, states, mask, tokens);
      tf.engine().endScope();
      let previous: tf.Tensor | number[] = new Array<number>(rows).fill(
        configuration.decoderStartId,
      );
      const unread: tf.Tensor[] = [];
      for (let position = 1; position <= tokens; position++) {
        const before = previous;
        const chosen = tf.tidy(() => {
          const logits = cache.step(before);
          return canChooseTokens() ? chooseTokens(logits, null) : tf.argMax(logits, -1);
        });
        unread.push(chosen);
        previous = chosen;
        if (position % tokensOfRead === 0 || position === tokens) {
          previous = Array.from(await chosen.data());
          tf.dispose(unread.splice(0));
        }
      }
      cache.dispose();
    },
    dispose() {
      model.dispose();
      tf.dispose([states, mask]);
    },
  };
}

async function bytesOfWeights(
  { configuration }: Shape,
  format: QuantisedFormat,
): Promise<BenchmarkResult> {
  const backend = await useBackend(OURS);
  const before = backend.memory().numBytesInGPU;
  const model = await T5Model.load(configuration, randomSource(configuration, format), {
    keepQuantised: true,
  });
  const ours = (backend.memory().numBytesInGPU - before) / parameterCount(configuration);
  model.dispose();
  return {
    name: `resident weights in ${format}`,
    unit: 'bytes a parameter',
    ours,
    stock: 4,
    ratio: 4 / ours,
    aim: 4 / MOST_BYTES[format],
  };
}

/** Random blocks under the names of a model, the same ones at every reading. */
function randomSource(configuration: T5Configuration, format: QuantisedFormat): ParameterSource {
  const described = new Map(
    describeParameters(configuration).map((description) => [description.name, description]),
  );
  const blockBytes = integerBytes(format) + 2;
  const dequantise = format === 'Q8_0' ? dequantizeQ8_0 : dequantizeQ4_0;
  const blocksOf = (name: string, start: number, count: number): Uint8Array => {
    const random = new Random(start + name.length);
    const blocks = new Uint8Array((count / BLOCK_ELEMENTS) * blockBytes);
    for (let at = 0; at < blocks.length; at++) blocks[at] = random.next() * 256;
    for (let at = 0; at < blocks.length; at += blockBytes) {
      // A scale of 2^-12 gives weights of at most 1/32.
      blocks[at] = 0;
      blocks[at + 1] = 0x0c;
    }
    return blocks;
  };
  return {
    readTensor: async (name) => {
      const description = described.get(name);
      if (!description) throw new Error(`Expected a parameter "${name}", found none.`);
      const size = tf.util.sizeFromShape([...description.shape]);
      if (!isWeightMatrix(description)) return new Float32Array(size).fill(0.5);
      return dequantise(blocksOf(name, 0, size));
    },
    quantisedFormat: () => format,
    readPlanes: async (name, start, count) => quantisedPlanes(format, blocksOf(name, start, count)),
  };
}
