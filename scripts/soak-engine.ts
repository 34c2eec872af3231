/** `npm run soak:engine`: many updates and decoded batches on WebGPU, after which memory must be what it was. */

import * as tf from '@tensorflow/tfjs-core';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '../src/data/random';
import { Trainer, type TrainingExample } from '../src/distill/trainer';
import { parseT5Configuration, type T5Configuration } from '../src/t5/configuration';
import { generate } from '../src/t5/generate';
import { T5Model } from '../src/t5/model';
import { openCheckpoint } from '../src/weights/checkpoint';
import { fileSource } from './file-source';
import { startNodeBackend } from './node-backend';
import { startNodeWebgpu } from './node-webgpu';
import { followMemory } from './soak/memory';

const USAGE = `Usage: npm run soak:engine -- [--steps N]
  Trains the pocket student for N updates (default 1000) and decodes N batches, and fails where GPU bytes,
  tensors or the JavaScript heap grow after the first tenth.`;

const BATCH = 2;
const EXAMPLES = 24;
const LONGEST_INPUT = 30;
const LONGEST_TARGET = 14;
const DECODED_TOKENS = 16;

function readSteps(words: string[]): number {
  try {
    const { values } = parseArgs({ args: words, options: { steps: { type: 'string' } } });
    const steps = Number(values.steps ?? '1000');
    if (!Number.isInteger(steps) || steps < 20 || steps > 1_000_000) {
      throw new Error(`Expected 20 to 1000000 steps, found "${values.steps}".`);
    }
    return steps;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return process.exit(2);
  }
}

/** Of many lengths, so that batches of every padded shape follow each other in turn. */
function randomExamples({ vocabularySize, endId }: T5Configuration): TrainingExample[] {
  const random = new Random(1);
  const tokens = (most: number): number[] => [
    ...Array.from({ length: random.integer(3, most - 1) }, () =>
      random.integer(2, vocabularySize - 1),
    ),
    endId,
  ];
  return Array.from({ length: EXAMPLES }, () => ({
    input: tokens(LONGEST_INPUT),
    target: tokens(LONGEST_TARGET),
  }));
}

async function train(
  model: T5Model,
  examples: readonly TrainingExample[],
  steps: number,
): Promise<boolean> {
  const trainer = new Trainer(model, examples, {
    batchSize: BATCH,
    seed: 1,
    totalUpdates: steps,
    learningRate: 1e-4,
    warmupUpdates: 10,
    weightDecay: 0.01,
    clipNorm: 1,
  });
  const sound = await followMemory('training steps', steps, async () => {
    const { loss, skipped } = await trainer.step();
    if (skipped)
      throw new Error(`Expected finite gradients, found a skipped update, loss ${loss}.`);
  });
  trainer.dispose();
  return sound;
}

/** Greedy and drawn in turn; batches end, and rows are dropped from them, wherever the model ends them. */
function decode(
  model: T5Model,
  examples: readonly TrainingExample[],
  steps: number,
): Promise<boolean> {
  return followMemory('decoded batches', steps, async (step) => {
    const inputs = Array.from(
      { length: 2 * BATCH },
      (_, row) => examples[(step * 2 * BATCH + row) % examples.length]?.input ?? [],
    );
    const drawn = step % 2 === 1;
    await generate(model, inputs, {
      maximumTokens: DECODED_TOKENS,
      temperature: drawn ? 0.7 : 0,
      ...(drawn ? { seeds: inputs.map((_, row) => step * inputs.length + row), topK: 40 } : {}),
    });
  });
}

const steps = readSteps(process.argv.slice(2));
if (await startNodeWebgpu()) {
  const { name } = await startNodeBackend('webgpu');
  console.log(`Adapter: ${name}`);
  const file = fileSource(join(process.cwd(), 'public', 'models', 'pocket', 'student.gguf'));
  const checkpoint = await openCheckpoint(file);
  const configuration = parseT5Configuration(checkpoint.configJson);
  const model = await T5Model.load(configuration, checkpoint);
  const examples = randomExamples(configuration);
  const before = tf.memory().numTensors;
  const trained = await train(model, examples, steps);
  const decoded = await decode(model, examples, steps);
  const left = tf.memory().numTensors - before;
  console.log(left === 0 ? 'No tensor is left.' : `FAIL: ${left} tensors are left.`);
  // Dawn keeps the process alive.
  process.exit(trained && decoded && left === 0 ? 0 : 1);
}
