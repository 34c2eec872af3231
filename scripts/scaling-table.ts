/** `npm run scaling`: what the article's training takes for every size of flan-t5, written into docs/scaling.md. */

import { readFile, writeFile } from 'node:fs/promises';
import {
  generationBytes,
  generationFlops,
  trainingBytes,
  trainingFlops,
  type BatchShape,
} from '../src/t5/cost';
import type { T5Configuration } from '../src/t5/configuration';
import { parameterCount } from '../src/t5/parameters';

const DOCUMENT = 'docs/scaling.md';
const BEGIN = '<!-- written by npm run scaling -->';
const END = '<!-- end -->';

/** Width, heads, feed-forward width and layers of each stack, from the published config.json files. */
const SIZES = {
  'flan-t5-small': [512, 6, 1024, 8],
  'flan-t5-base': [768, 12, 2048, 12],
  'flan-t5-large': [1024, 16, 2816, 24],
  'flan-t5-xl': [2048, 32, 5120, 24],
  'flan-t5-xxl': [4096, 64, 10_240, 24],
} as const;

/** Eight examples of GSM8K: questions and rationales of usual length, padded. */
const BATCH: BatchShape = { batch: 8, inputLength: 160, targetLength: 192 };
/** GSM8K's training problems, ten epochs of them, and four rationales of the teacher for each. */
const PROBLEMS = 7_000;
const EPOCHS = 10;
const SAMPLES = 4;

/** What a device sustains in 32 bit, in operations a second: assumed, not measured. */
const DEVICES = [
  ['a laptop’s GPU at 2 TFLOP/s', 2e12],
  ['a desktop’s GPU at 15 TFLOP/s', 15e12],
  ['eight data-centre GPUs at 50 TFLOP/s each', 400e12],
] as const;

const LORA = { rank: 16, alpha: 32, layers: 'all' } as const;

function configurationOf([width, heads, feedForward, layers]: readonly [
  number,
  number,
  number,
  number,
]): T5Configuration {
  return {
    vocabularySize: 32_128,
    modelWidth: width,
    keyValueWidth: 64,
    feedForwardWidth: feedForward,
    encoderLayers: layers,
    decoderLayers: layers,
    heads,
    relativeBuckets: 32,
    relativeMaximumDistance: 128,
    layerNormEpsilon: 1e-6,
    padId: 0,
    endId: 1,
    decoderStartId: 0,
  };
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(bytes < 10e9 ? 1 : 0)} GB`;

function duration(seconds: number): string {
  if (seconds < 5400) return `${Math.max(1, Math.round(seconds / 60))} min`;
  const hours = seconds / 3600;
  return hours < 48 ? `${hours.toFixed(hours < 10 ? 1 : 0)} h` : `${Math.round(hours / 24)} days`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

function document(): string {
  const sizes = Object.entries(SIZES).map(
    ([name, shape]) => [name, configurationOf(shape)] as const,
  );
  const memory = sizes.map(([name, configuration]) => [
    name,
    `${(parameterCount(configuration) / 1e6).toFixed(0)} million`,
    gigabytes(generationBytes(configuration, 'Q8_0', BATCH)),
    gigabytes(trainingBytes(configuration, BATCH, false)),
    gigabytes(trainingBytes(configuration, BATCH, false, { recomputes: true })),
    gigabytes(
      trainingBytes(configuration, BATCH, false, { lora: LORA, format: 'Q8_0', recomputes: true }),
    ),
  ]);
  const time = sizes.map(([name, configuration]) => {
    const training = ((PROBLEMS * EPOCHS) / BATCH.batch) * trainingFlops(configuration, BATCH);
    const teaching = ((PROBLEMS * SAMPLES) / BATCH.batch) * generationFlops(configuration, BATCH);
    return [
      name,
      ...DEVICES.map(
        ([, speed]) => `${duration(training / speed)} / ${duration(teaching / speed)}`,
      ),
    ];
  });
  return [
    table(
      [
        'model',
        'parameters',
        'as teacher, 8 bit',
        'trained whole',
        'trained whole, activations again',
        'adapters over 8 bit',
      ],
      memory,
    ),
    table(['model', ...DEVICES.map(([device]) => `${device}: trained / as teacher`)], time),
  ].join('\n\n');
}

const text = await readFile(DOCUMENT, 'utf8');
const [before, rest] = text.split(BEGIN);
const [, after] = rest?.split(END) ?? [];
if (before === undefined || after === undefined) {
  throw new Error(`Expected the marks "${BEGIN}" and "${END}" in ${DOCUMENT}. Put them back.`);
}
await writeFile(DOCUMENT, `${before}${BEGIN}\n\n${document()}\n\n${END}${after}`);
