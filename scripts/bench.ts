/** `npm run bench [-- --json FILE] [--only NAME] [--short]`: our WebGPU kernels beside stock tfjs, on this machine's adapter. */

import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { BenchmarkResult } from './bench/benchmark';
import { decodingBenchmark } from './bench/decoding';
import { matrixProductBenchmark } from './bench/matrix-products';
import { operationsBenchmark } from './bench/operations';
import { registerStockBackend } from './bench/stock-backend';
import { timeInProductsBenchmark } from './bench/kernel-times';
import { trainingStepBenchmark } from './bench/training-step';
import { startNodeBackend } from './node-backend';
import { startNodeWebgpu } from './node-webgpu';

const USAGE = `Usage: npm run bench -- [--json FILE] [--only NAME] [--short]
  --json FILE  writes the results there as well
  --only NAME  one of: matrix products, operations, decoding, training step; or time in products,
               which is run only by its name: minutes on a software adapter
  --short      fewer shapes and repetitions: under two minutes`;

function format({ name, unit, ours, stock, ratio, aim }: BenchmarkResult): string {
  const columns = [
    name.padEnd(72),
    ours.toPrecision(4).padStart(9),
    (stock === null ? unit : `tfjs ${stock.toPrecision(4)} ${unit}`).padEnd(28),
    (ratio === null ? '' : `${ratio.toFixed(2)}x`).padStart(7),
  ];
  return `${columns.join(' ')}${aim === null ? '' : `  (aim ${aim.toFixed(2)}x)`}`;
}

function readArguments(words: string[]) {
  try {
    const options = {
      json: { type: 'string' },
      only: { type: 'string' },
      short: { type: 'boolean' },
    } as const;
    return parseArgs({ args: words, options }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return process.exit(2);
  }
}

const { json, only, short = false } = readArguments(process.argv.slice(2));
if (await startNodeWebgpu()) {
  await registerStockBackend();
  const { name: adapter, software } = await startNodeBackend('webgpu');
  console.log(`Adapter: ${adapter}`);
  if (software) {
    console.log(
      'It is software: shapes are reduced, times are the processor’s, and the aims are for real GPUs.',
    );
  }
  const results: BenchmarkResult[] = [];
  for (const benchmark of [
    matrixProductBenchmark({ software, short }),
    operationsBenchmark({ software, short }),
    decodingBenchmark({ software, short }),
    trainingStepBenchmark({ software, short }),
    ...(only === undefined ? [] : [timeInProductsBenchmark()]),
  ].filter(({ name }) => only === undefined || name === only)) {
    for (const result of await benchmark.run()) {
      console.log(format(result));
      results.push(result);
    }
  }
  if (json !== undefined) {
    await writeFile(json, `${JSON.stringify({ adapter, software, short, results }, null, 2)}\n`);
  }
  // Dawn keeps the process alive.
  process.exit(0);
}
