/** The teacher goes on where the student failed: its samples from the verified steps before, each judged as a whole. */

import { hashSeed } from '../../data/random';
import { repairRationale } from '../../feedback/repair';
import { continueRationales, type Begin } from '../../rationale/continue-rationales';
import {
  firstFailure,
  studentRounds,
  type StudentRound,
  type TeacherContinuation,
} from '../../rationale/student-round';
import type { Trace } from '../../rationale/trace';
import { rationaleBegin } from '../../text/grammar';
import { solvingPrompt } from '../../text/prompt-template';
import { rationaleTokens } from '../../text/rationale-tokens';
import { tokenizerDamage } from '../../text/survival';
import type { Examination, Found } from './examination';

interface Row extends Begin {
  readonly trace: Trace;
}

/** @throws PauseRequested between two batches */
export async function continueFailed(
  examination: Examination,
  traces: readonly Trace[],
): Promise<Found[]> {
  const { method, round, context } = examination;
  const { models, rest } = context;
  const { seed, feedback, prompts, rationale } = context.state.record.configuration;
  const examined = traces.flatMap((trace) => {
    const own = studentRounds(trace).find((each) => each.method === method && each.round === round);
    return own === undefined ? [] : [{ trace, own }];
  });
  const samples = models.teacher.continues ? feedback.continuations : 0;
  const rows = examined.flatMap(({ trace, own }): Row[] => {
    const failure = firstFailure(own);
    if (failure === null) return [];
    const begin = rationaleBegin(own.steps.slice(0, failure).map(({ text }) => text));
    return Array.from({ length: samples }, (_, sample) => ({
      trace,
      prompt: solvingPrompt(prompts, trace.question),
      begin,
      seed: hashSeed(seed, 'continuation', trace.problemId, round, sample),
    }));
  });
  const { batchSize, maximumTokens, temperature } = rationale;
  const options = { batchSize, maximumTokens, temperature, rest };
  const outputs = await continueRationales(models.teacher, models.tokenizer, rows, options);
  const written = outputs.flatMap((output, index) => {
    const trace = rows[index]?.trace;
    return trace === undefined ? [] : [{ trace, ...judged(context, trace, output) }];
  });
  return examined.map(({ trace, own }): Found => {
    const continuations = written.flatMap(({ trace: of, ...continuation }) =>
      of === trace ? [continuation] : [],
    );
    const teacherTokens = continuations.reduce((sum, { tokens }) => sum + tokens, 0);
    const next: StudentRound = { ...own, continuations };
    return { index: trace.index, round: next, counts: { teacherTokens } };
  });
}

function judged(
  { state, models }: Examination['context'],
  trace: Trace,
  { text, tokens }: { readonly text: string; readonly tokens: number },
): TeacherContinuation {
  const { feedback, training } = state.record.configuration;
  const { rationale } = repairRationale(text, trace, {
    trimRedundant: feedback.trimRedundant,
  });
  const own = { text, tokens, logProbability: null };
  // What could not be trained on is of no use, however right it is.
  if (rationale === null || tokenizerDamage(rationale, models.tokenizer) !== null) {
    return { ...own, rationale: null };
  }
  const cut = rationaleTokens(rationale, models.tokenizer);
  const fits = cut !== null && cut.target.length <= training.maximumTargetTokens;
  return { ...own, rationale: fits ? rationale : null };
}
