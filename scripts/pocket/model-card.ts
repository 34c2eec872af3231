/** The model card of the pocket pair: what it is, how it was made and how it scores. */

import { parameterCount } from '../../src/t5/parameters';
import type { PocketModel, Recipe } from './recipes';
import { POCKET_SEED } from './recipes';
import { formatScore, type Score } from './scores';

export interface CardSection {
  readonly name: PocketModel;
  readonly recipe: Recipe;
  readonly scores: readonly Score[];
}

const ROLES: Readonly<Record<PocketModel, string>> = {
  teacher:
    'Trained on generated multi-step word problems with their solutions. Lessons with a distracting number, and those of a fifth of the story families, mostly contain a step that the answer does not need, so the teacher writes such steps itself; training stops while it still makes mistakes. Stored as Q4_0, which costs it a few more.',
  student:
    'Trained on generated single-step word problems and bare equations only, written out (`solve:`) and answered at once (`answer:`). It has never seen a problem of two steps. Stored as F32.',
};

export function modelCard(sections: readonly CardSection[]): string {
  return `# The pocket pair

Two small T5 v1.1 models with a tokenizer of their own (Unigram, digits one by one), made by Winnow's
own trainer from Winnow's own generated problems: \`npm run pocket:make\` (seed ${POCKET_SEED}). No outside
data or weights went into them. Licence: MIT, as the project.

${sections.map(section).join('\n')}
Scores are measured on the stored files, on held-out problems that are not among the lessons, with
greedy decoding; in brackets the counts and the Wilson 95 % interval.

The pair exists to show distillation on a page that has downloaded nothing else. It knows a few
hundred words and numbers up to 100, and is of no use for anything else.
`;
}

function section({ name, recipe, scores }: CardSection): string {
  const { configuration, training } = recipe;
  return `## ${name[0]?.toUpperCase()}${name.slice(1)}

${ROLES[name]}

| | |
|---|---|
| Parameters | ${parameterCount(configuration).toLocaleString('en')} |
| Shape | width ${configuration.modelWidth}, ${configuration.encoderLayers} + ${configuration.decoderLayers} layers, ${configuration.heads} heads of ${configuration.keyValueWidth}, feed-forward ${configuration.feedForwardWidth}, vocabulary ${configuration.vocabularySize} |
| Training | ${training.totalUpdates.toLocaleString('en')} updates of ${training.batchSize} lessons, AdamW, peak learning rate ${training.learningRate}, warmup ${training.warmupUpdates}, weight decay ${training.weightDecay} |
${scores.map((score) => `| ${score.name} | ${formatScore(score)} |`).join('\n')}
`;
}
