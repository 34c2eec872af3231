/** `npm run pocket:make`: trains the pocket teacher and student that ship with the page, and measures them. */

import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createTokenizer, type Tokenizer } from '../src/text/tokenizer';
import { startNodeBackend } from './node-backend';
import { modelCard } from './pocket/model-card';
import { readPocketModel, writePocketModel } from './pocket/publication';
import {
  heldOutProblems,
  MULTI_STEP_WEIGHTS,
  POCKET_MODELS,
  studentRecipe,
  teacherRecipe,
  type PocketModel,
  type Recipe,
} from './pocket/recipes';
import { studentScores, teacherScores, type Score } from './pocket/scores';
import { trainPocketModel } from './pocket/training';

const FOLDER = 'public/models/pocket';
const HELD_OUT = 500;

const { values } = parseArgs({
  options: {
    /** Train only `teacher` or `student`; the card is written once both exist. */
    only: { type: 'string' },
    /** Where training states are kept: an interrupted run goes on from there. */
    state: { type: 'string', default: '.cache/pocket' },
    /** Measure the published files again without training. */
    'card-only': { type: 'boolean', default: false },
    backend: { type: 'string', default: 'wasm' },
  },
});

const readJson = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(`${FOLDER}/${name}`, 'utf8'));

const RECIPES = { teacher: teacherRecipe, student: studentRecipe };

async function measure(name: PocketModel, recipe: Recipe, tokenizer: Tokenizer): Promise<Score[]> {
  const model = await readPocketModel(name, FOLDER);
  const lessons = recipe.lessons();
  const multiStep = heldOutProblems(HELD_OUT, MULTI_STEP_WEIGHTS, lessons);
  const scores =
    name === 'teacher'
      ? await teacherScores(model, tokenizer, multiStep)
      : await studentScores(model, tokenizer, heldOutProblems(HELD_OUT, [1], lessons), multiStep);
  model.dispose();
  return scores;
}

if (values.backend !== 'wasm' && values.backend !== 'cpu') {
  throw new Error(`Expected the backend wasm or cpu, found "${values.backend}".`);
}
await startNodeBackend(values.backend);
const tokenizer = createTokenizer(
  await readJson('tokenizer.json'),
  await readJson('tokenizer_config.json'),
);
for (const name of POCKET_MODELS) {
  if (values['card-only'] || (values.only !== undefined && values.only !== name)) continue;
  const recipe = RECIPES[name](tokenizer.vocabularySize);
  const model = await trainPocketModel(name, recipe, tokenizer, values.state);
  await writePocketModel(name, model, FOLDER);
  model.dispose();
}
if (values.only === undefined) {
  const sections = [];
  for (const name of POCKET_MODELS) {
    const recipe = RECIPES[name](tokenizer.vocabularySize);
    sections.push({ name, recipe, scores: await measure(name, recipe, tokenizer) });
  }
  const card = modelCard(sections);
  await writeFile(`${FOLDER}/MODEL_CARD.md`, card);
  console.log(card);
}
