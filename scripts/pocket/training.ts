/** Trains one pocket model by its recipe, saving its state often enough to resume after any interruption. */

import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashSeed, Random } from '../../src/data/random';
import { Trainer } from '../../src/distill/trainer';
import { T5Model } from '../../src/t5/model';
import { parameterCount } from '../../src/t5/parameters';
import type { Tokenizer } from '../../src/text/tokenizer';
import { greedyExactMatch } from './scores';
import { encodeLesson, heldOutProblems, MULTI_STEP_WEIGHTS, POCKET_SEED } from './recipes';
import type { PocketModel, Recipe } from './recipes';

const REPORT_EVERY = 100;
const SAVE_EVERY = 250;
const MEASURE_EVERY = 1000;

/** @returns the trained model, which the caller disposes of */
export async function trainPocketModel(
  name: PocketModel,
  recipe: Recipe,
  tokenizer: Tokenizer,
  stateFolder: string,
): Promise<T5Model> {
  await mkdir(stateFolder, { recursive: true });
  const statePath = join(stateFolder, `${name}.safetensors`);
  const { configuration, training } = recipe;
  const model = T5Model.initialize(
    configuration,
    new Random(hashSeed(POCKET_SEED, name, 'initial')),
  );
  const lessons = recipe.lessons();
  const examples = lessons.map((lesson) => encodeLesson(lesson, tokenizer));
  const trainer = new Trainer(model, examples, training);
  if (existsSync(statePath)) await trainer.restore(await readFile(statePath));
  console.log(
    `${name}: ${parameterCount(configuration)} parameters, ${examples.length} lessons, update ${trainer.update} of ${training.totalUpdates}`,
  );
  const measured = heldOutProblems(100, name === 'teacher' ? MULTI_STEP_WEIGHTS : [1], lessons);
  let startedAt = performance.now();
  let loss = 0;
  while (trainer.update < training.totalUpdates) {
    loss += (await trainer.step()).loss;
    const done = trainer.update;
    if (done % REPORT_EVERY === 0) {
      const milliseconds = (performance.now() - startedAt) / REPORT_EVERY;
      console.log(
        `${name} ${done}/${training.totalUpdates}: loss ${(loss / REPORT_EVERY).toFixed(4)}, ${milliseconds.toFixed(0)} ms an update`,
      );
      loss = 0;
      startedAt = performance.now();
    }
    if (done % SAVE_EVERY === 0 || done === training.totalUpdates) {
      await writeFile(`${statePath}.new`, await trainer.snapshot());
      await rename(`${statePath}.new`, statePath);
    }
    if (done % MEASURE_EVERY === 0) {
      const right = await greedyExactMatch(model, tokenizer, measured);
      console.log(`${name} ${done}: ${right} of ${measured.length} held-out problems right`);
      startedAt = performance.now();
    }
  }
  trainer.dispose();
  return model;
}
