/** Writes the pocket tokenizer to public/models/pocket and prints what texts of the generator cost in it. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { generatePocketProblems } from '../src/data/pocket/generate';
import { makePocketTokenizer } from '../src/data/pocket/tokenizer-recipe';
import { createTokenizer } from '../src/text/tokenizer';

const FOLDER = new URL('../public/models/pocket/', import.meta.url);
const SAMPLE = 2_000;

function summary(counts: number[]): string {
  const sorted = counts.toSorted((a, b) => a - b);
  const mean = sorted.reduce((sum, count) => sum + count, 0) / sorted.length;
  const high = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
  return `${mean.toFixed(1)} / ${high} / ${sorted.at(-1) ?? 0}`;
}

const { tokenizer, configuration, words } = makePocketTokenizer();
mkdirSync(FOLDER, { recursive: true });
writeFileSync(new URL('tokenizer.json', FOLDER), `${JSON.stringify(tokenizer)}\n`);
writeFileSync(
  new URL('tokenizer_config.json', FOLDER),
  `${JSON.stringify(configuration, null, 2)}\n`,
);

const made = createTokenizer(tokenizer, configuration);
console.log(`${made.vocabularySize} pieces, ${words.length} whole words`);
console.log('tokens, end token included, mean / 95 % / largest:');
for (let steps = 1; steps <= 5; steps++) {
  const stepWeights = [0, 0, 0, 0, 0].with(steps - 1, 1);
  const problems = generatePocketProblems({
    seed: 1,
    count: SAMPLE,
    stepWeights,
    distractorShare: 0.25,
  });
  const questions = summary(problems.map(({ question }) => made.encode(question).length));
  const rationales = summary(problems.map((problem) => made.encode(problem.goldRationale).length));
  console.log(`  ${steps} steps: questions ${questions}, gold rationales ${rationales}`);
}
