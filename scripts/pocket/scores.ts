/** How a pocket model scores on held-out problems. */

import type { Problem } from '../../src/data/problem';
import { generate } from '../../src/t5/generate';
import type { T5Model } from '../../src/t5/model';
import { solvePrompt } from '../../src/text/prompts';
import type { Tokenizer } from '../../src/text/tokenizer';
import { parseRationale } from '../../src/text/grammar';

const BATCH_SIZE = 50;
const MAXIMUM_TOKENS = 120;

/** The greedy rationale of every problem. */
export async function greedyRationales(
  model: T5Model,
  tokenizer: Tokenizer,
  problems: readonly Problem[],
): Promise<string[]> {
  const texts: string[] = [];
  for (let start = 0; start < problems.length; start += BATCH_SIZE) {
    const inputs = problems
      .slice(start, start + BATCH_SIZE)
      .map(({ question }) => tokenizer.encode(solvePrompt(question)));
    const outputs = await generate(model, inputs, {
      maximumTokens: MAXIMUM_TOKENS,
      temperature: 0,
    });
    texts.push(...outputs.map((ids) => tokenizer.decode(ids)));
  }
  return texts;
}

/** Number of problems whose greedy rationale ends in the gold answer. */
export async function greedyExactMatch(
  model: T5Model,
  tokenizer: Tokenizer,
  problems: readonly Problem[],
): Promise<number> {
  const texts = await greedyRationales(model, tokenizer, problems);
  return texts.filter((text, index) => parseRationale(text).answer === problems[index]?.goldAnswer)
    .length;
}
