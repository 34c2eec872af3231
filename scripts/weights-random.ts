/** `npm run weights:random`: writes a full-size T5 checkpoint with random weights, as a hub's repository has it. */

import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import {
  RANDOM_FORMATS,
  RANDOM_SIZES,
  randomCheckpoint,
  randomConfigJson,
} from './weights/random-checkpoint';

const USAGE = `npm run weights:random -- --size ${RANDOM_SIZES.join('|')} --format ${RANDOM_FORMATS.join('|')} [options]
  --out DIR        folder to write into (default: weights)
  --seed N         the same seed gives the same bytes (default: 1)
  --tokenizer DIR  copies tokenizer.json and tokenizer_config.json from there`;

try {
  const { values } = parseArgs({
    options: {
      size: { type: 'string' },
      format: { type: 'string' },
      out: { type: 'string', default: 'weights' },
      seed: { type: 'string', default: '1' },
      tokenizer: { type: 'string' },
    },
  });
  const size = RANDOM_SIZES.find((candidate) => candidate === values.size);
  const format = RANDOM_FORMATS.find((candidate) => candidate === values.format);
  const seed = Number(values.seed);
  if (size === undefined || format === undefined || !Number.isInteger(seed)) {
    throw new Error(`Expected a size, a format and a whole number as seed.\n${USAGE}`);
  }
  await mkdir(values.out, { recursive: true });
  const name =
    format === 'f32' ? 'model.safetensors' : `flan-t5-${size}.${format.toUpperCase()}.gguf`;
  const path = join(values.out, name);
  const started = performance.now();
  await pipeline(Readable.from(randomCheckpoint(size, format, seed)), createWriteStream(path));
  await writeFile(
    join(values.out, 'config.json'),
    `${JSON.stringify(randomConfigJson(size), null, 2)}\n`,
  );
  for (const file of values.tokenizer === undefined
    ? []
    : ['tokenizer.json', 'tokenizer_config.json']) {
    await copyFile(join(values.tokenizer ?? '', file), join(values.out, file));
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1000);
  console.log(`${path} written in ${seconds} s, at most ${megabytes} MB of memory.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
