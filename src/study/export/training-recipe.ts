/** The recipe that goes with an exported student: the same training, to be continued on other machines. */

import type { ExampleSet } from '../../distill/examples';
import { FINAL_SHARE } from '../../distill/schedule';
import type { Tokenizer } from '../../text/tokenizer';
import type { StudyConfiguration } from '../configuration';
import type { RunProgress } from '../snapshot';
import { jsonFile, type ExportedFile } from './exported-file';
import { TRAINING_SCRIPT } from './training-script';

/**
 * `training/`: the settings, the examples as they were trained on, and a script of standard calls of `transformers`.
 *
 * @param set what the run trained on
 */
export function trainingRecipe(
  configuration: StudyConfiguration,
  run: RunProgress,
  set: ExampleSet,
  tokenizer: Tokenizer,
): ExportedFile[] {
  return [
    jsonFile('training/recipe.json', recipe(configuration, run)),
    { path: 'training/train.jsonl', content: exampleLines(set, tokenizer) },
    { path: 'training/train.py', content: TRAINING_SCRIPT },
  ];
}

/** Under the names of Hugging Face's `TrainingArguments` where there is one. */
function recipe({ training, seed }: StudyConfiguration, run: RunProgress) {
  const { lora } = training;
  // Each round begins with the same student, so that one of them is the whole training.
  const updates = run.rounds?.at(0)?.updates ?? run.totalUpdates;
  return {
    method: run.method,
    seed,
    max_steps: updates,
    train_batch_size: training.batchSize,
    learning_rate: training.learningRate,
    // A straight line down to a tenth of the peak, as in the study.
    lr_scheduler_type: 'polynomial',
    lr_scheduler_kwargs: { power: 1, lr_end: training.learningRate * FINAL_SHARE },
    warmup_ratio: training.warmupShare,
    weight_decay: training.weightDecay,
    max_grad_norm: training.clipNorm,
    max_source_length: training.maximumInputTokens,
    max_target_length: training.maximumTargetTokens,
    lora: lora === undefined ? null : { r: lora.rank, lora_alpha: lora.alpha, layers: lora.layers },
  };
}

/** One example a line, with the weight of each target token where they differ; decoded from its tokens, so that the texts are those that were trained on. */
async function* exampleLines(
  { examples }: ExampleSet,
  tokenizer: Tokenizer,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const { input, target, weights } of examples) {
    const line = { input: tokenizer.decode(input), target: tokenizer.decode(target), weights };
    yield encoder.encode(`${JSON.stringify(line)}\n`);
  }
}
