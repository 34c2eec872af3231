/** The matrix products of a T5's training step, forward and backward, beside stock tfjs's. */

import * as tf from '@tensorflow/tfjs-core';
import type { Benchmark, ComparedResult } from './benchmark';
import { geometricMean, timeBoth } from './measuring';

interface Product {
  readonly layout: 'NN' | 'NT' | 'TN';
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
}

/** Width, heads times their size, and feed-forward width. */
const MODELS = { small: [512, 384, 1024], base: [768, 768, 2048] } as const;
type ModelSize = keyof typeof MODELS;

const BATCH = 8;
const ENCODER_TOKENS = 160;
const DECODER_TOKENS = 192;

/** A software adapter gets every eighth token, and is left without the widest model. */
const SOFTWARE_SHARE = 8;

const AIM = 2;

/**
 * One result a shape and the geometric mean of all ratios, in GFLOP/s.
 *
 * @param options.software for an adapter that would take an hour for all of it
 * @param options.short only half of the smaller model's maps, fewer repetitions
 */
export function matrixProductBenchmark(options: {
  readonly software: boolean;
  readonly short: boolean;
}): Benchmark {
  return {
    name: 'matrix products',
    async run() {
      const sizes: readonly ModelSize[] =
        options.short || options.software ? ['small'] : ['small', 'base'];
      const share = options.software ? SOFTWARE_SHARE : 1;
      const repetitions = options.short ? 3 : 7;
      const results: ComparedResult[] = [];
      for (const size of sizes) {
        for (const product of productsOf(size, share, options.short)) {
          results.push(await measure(size, product, { repetitions, software: options.software }));
        }
      }
      const ratio = geometricMean(results.map((result) => result.ratio));
      results.push({
        name: `matrix products, geometric mean of ${results.length}`,
        unit: 'GFLOP/s',
        ours: geometricMean(results.map(({ ours }) => ours)),
        stock: geometricMean(results.map(({ stock }) => stock)),
        ratio,
        aim: AIM,
      });
      return results;
    },
  };
}

/** Every linear map of both stacks, forward (NT), by its input (NN) and by its weight (TN). */
function productsOf(size: ModelSize, share: number, short: boolean): Product[] {
  const [width, inner, feedForward] = MODELS[size];
  const maps = [
    [ENCODER_TOKENS, width, inner],
    [ENCODER_TOKENS, inner, width],
    [DECODER_TOKENS, width, feedForward],
    [DECODER_TOKENS, feedForward, width],
  ] as const;
  const measured = short ? [maps[0], maps[3]] : maps;
  return measured.flatMap(([tokens, inputs, outputs]): Product[] => {
    const rows = (BATCH * tokens) / share;
    return [
      { layout: 'NT', rows, columns: outputs, inner: inputs },
      { layout: 'NN', rows, columns: inputs, inner: outputs },
      { layout: 'TN', rows: outputs, columns: inputs, inner: rows },
    ];
  });
}

async function measure(
  size: ModelSize,
  { layout, rows, columns, inner }: Product,
  timing: Parameters<typeof timeBoth>[1],
): Promise<ComparedResult> {
  const transposeA = layout === 'TN';
  const transposeB = layout === 'NT';
  const times = await timeBoth(() => {
    const a = tf.randomNormal(transposeA ? [inner, rows] : [rows, inner]);
    const b = tf.randomNormal(transposeB ? [columns, inner] : [inner, columns]);
    return {
      run: () => tf.matMul(a, b, transposeA, transposeB),
      dispose: () => tf.dispose([a, b]),
    };
  }, timing);
  const operations = 2 * rows * columns * inner;
  return {
    name: `flan-t5-${size}, ${layout} ${rows} x ${columns}, sums of ${inner}`,
    unit: 'GFLOP/s',
    ours: operations / times.ours / 1e6,
    stock: operations / times.stock / 1e6,
    ratio: times.stock / times.ours,
    aim: 1,
  };
}
