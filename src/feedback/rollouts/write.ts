/** The teacher goes on from many places at once, and each continuation is held against the gold answer. */

import { hashSeed } from '../../data/random';
import {
  continueRationales,
  type Begin,
  type ContinuationOptions,
} from '../../rationale/continue-rationales';
import type { Rollout } from '../../rationale/rollouts';
import type { Teacher } from '../../rationale/teacher';
import { parseRationale } from '../../text/grammar';
import type { Tokenizer } from '../../text/tokenizer';
import { judgeRationale, type JudgeContext } from '../judge';
import { sameDecimal } from '../rational';

/** A place to go on from. */
export interface RolloutStart {
  /** Tells problems apart in the seeds: an id, or the question. */
  readonly problem: string;
  readonly prompt: string;
  readonly begin: string;
  readonly context: JudgeContext;
}

export interface RolloutOptions extends ContinuationOptions {
  /** Continuations from each place. */
  readonly count: number;
  /** The study's. A continuation's own seed is made of it, the problem, the begin and its number, and nothing else. */
  readonly seed: number;
}

/** `count` continuations from each place, in their order. */
export async function writeRollouts(
  teacher: Teacher,
  tokenizer: Tokenizer,
  starts: readonly RolloutStart[],
  { count, seed, ...options }: RolloutOptions,
): Promise<Rollout[][]> {
  const begins = starts.flatMap(({ problem, prompt, begin }) =>
    Array.from({ length: count }, (_, place): Begin => ({
      prompt,
      begin,
      seed: hashSeed(seed, 'rollout', problem, begin, place),
    })),
  );
  const outputs = await continueRationales(teacher, tokenizer, begins, options);
  return starts.map(({ context, begin }, index) =>
    outputs.slice(index * count, (index + 1) * count).map(({ text, tokens }) => {
      const right = sameDecimal(parseRationale(text).answer, context.goldAnswer);
      return { text, tokens, right, buildsOn: right ? neededSteps(text, begin, context) : [] };
    }),
  );
}

/** The steps of a begin that a continuation is left with once it is judged as a rationale of its own. */
function neededSteps(text: string, begin: string, context: JudgeContext): number[] {
  const { accepted, steps } = judgeRationale(text, context);
  if (!accepted) return [];
  return parseRationale(begin).steps.flatMap((_, index) =>
    steps[index]?.verdict === 'rejected' ? [] : [index],
  );
}
