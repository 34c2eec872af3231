/** Decoding with weights kept quantised, beside stock tfjs with the same weights in float32 and the same cache. */

import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../../src/data/random';
import type { T5Configuration } from '../../src/t5/configuration';
import { DecoderCache } from '../../src/t5/decoder-cache';
import { T5Model, type ParameterSource } from '../../src/t5/model';
import { describeParameters, isWeightMatrix, parameterCount } from '../../src/t5/parameters';
import { BLOCK_ELEMENTS, dequantizeQ8_0, Q8_0_BLOCK_BYTES } from '../../src/weights/quantization';
import { quantisedPlanes } from '../../src/weights/quantised-planes';
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
  tokens: 2,
};

const AIM = 2.5;
/** Most bytes a parameter in Q8_0, as a ratio to float32. */
const AIM_OF_BYTES = 4 / 1.15;

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
      const repetitions = options.short && options.software ? 1 : 5;
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
        await bytesOfWeights(shape),
      ];
    },
  };
}

async function decoding({ configuration, rows, inputTokens, tokens }: Shape) {
  const model = await T5Model.load(configuration, randomSource(configuration), {
    keepQuantised: true,
  });
  const states = tf.randomNormal([rows, inputTokens, configuration.modelWidth]);
  const mask = tf.ones([rows, inputTokens]);
  return {
    async run() {
      tf.engine().startScope();
      const cache = new DecoderCache(model, states, mask, tokens);
      tf.engine().endScope();
      let previous = new Array<number>(rows).fill(configuration.decoderStartId);
      for (let position = 0; position < tokens; position++) {
        const logits = cache.step(previous);
        const best = tf.argMax(logits, -1);
        previous = Array.from(await best.data());
        tf.dispose([logits, best]);
      }
      cache.dispose();
    },
    dispose() {
      model.dispose();
      tf.dispose([states, mask]);
    },
  };
}

async function bytesOfWeights({ configuration }: Shape): Promise<BenchmarkResult> {
  const backend = await useBackend(OURS);
  const before = backend.memory().numBytesInGPU;
  const model = await T5Model.load(configuration, randomSource(configuration), {
    keepQuantised: true,
  });
  const ours = (backend.memory().numBytesInGPU - before) / parameterCount(configuration);
  model.dispose();
  return {
    name: 'resident weights in Q8_0',
    unit: 'bytes a parameter',
    ours,
    stock: 4,
    ratio: 4 / ours,
    aim: AIM_OF_BYTES,
  };
}

/** Random Q8_0 blocks under the names of a model, the same ones at every reading. */
function randomSource(configuration: T5Configuration): ParameterSource {
  const described = new Map(
    describeParameters(configuration).map((description) => [description.name, description]),
  );
  const blocksOf = (name: string, start: number, count: number): Uint8Array => {
    const random = new Random(start + name.length);
    const blocks = new Uint8Array((count / BLOCK_ELEMENTS) * Q8_0_BLOCK_BYTES);
    for (let at = 0; at < blocks.length; at++) blocks[at] = random.next() * 256;
    for (let at = 0; at < blocks.length; at += Q8_0_BLOCK_BYTES) {
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
      return dequantizeQ8_0(blocksOf(name, 0, size));
    },
    quantisedFormat: () => 'Q8_0',
    readPlanes: async (name, start, count) => quantisedPlanes('Q8_0', blocksOf(name, start, count)),
  };
}
