/** `npm run pocket:make`: trains the pocket teacher and student that ship with the page. */

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createTokenizer } from '../src/text/tokenizer';
import { startNodeBackend } from './node-backend';
import { studentRecipe, teacherRecipe } from './pocket/recipes';
import { trainPocketModel } from './pocket/training';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    'teacher-updates': { type: 'string', default: '5000' },
    'student-updates': { type: 'string', default: '5000' },
    state: { type: 'string', default: '.cache/pocket' },
  },
});

const FOLDER = 'public/models/pocket';
const readJson = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(`${FOLDER}/${name}`, 'utf8'));

await startNodeBackend('wasm');
const tokenizer = createTokenizer(
  await readJson('tokenizer.json'),
  await readJson('tokenizer_config.json'),
);
if (values.only !== 'student') {
  const recipe = teacherRecipe(tokenizer.vocabularySize, Number(values['teacher-updates']));
  (await trainPocketModel('teacher', recipe, tokenizer, values.state)).dispose();
}
if (values.only !== 'teacher') {
  const recipe = studentRecipe(tokenizer.vocabularySize, Number(values['student-updates']));
  (await trainPocketModel('student', recipe, tokenizer, values.state)).dispose();
}
