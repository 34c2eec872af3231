/** The teacher goes on where the student failed: its samples from the verified steps before, each judged as a whole. */

import { hashSeed } from '../../data/random';
import { repairRationale } from '../../feedback/repair';
import { lengthBatches } from '../../rationale/sampling';
import {
  firstFailure,
  studentRounds,
  type StudentRound,
  type TeacherContinuation,
} from '../../rationale/student-round';
import type { Trace } from '../../rationale/trace';
import { solvingPrompt } from '../../text/prompt-template';
import { rationaleTokens } from '../../text/rationale-tokens';
import { tokenizerDamage } from '../../text/survival';
import type { Examination, Found } from './examination';

interface Row {
  readonly trace: Trace;
  /** The verified steps before the failed one. */
  readonly prefix: string;
  readonly seed: number;
}

/** @throws PauseRequested between two batches */
export async function continueFailed(
  examination: Examination,
  traces: readonly Trace[],
): Promise<Found[]> {
  const { method, round, context } = examination;
  const { seed, feedback } = context.state.record.configuration;
  const examined = traces.flatMap((trace) => {
    const own = studentRounds(trace).find((each) => each.method === method && each.round === round);
    return own === undefined ? [] : [{ trace, own }];
  });
  const samples = context.models.teacher.continues ? feedback.continuations : 0;
  const rows = examined.flatMap(({ trace, own }): Row[] => {
    const failure = firstFailure(own);
    if (failure === null) return [];
    const before = own.steps.slice(0, failure).map(({ text }) => `${text} |`);
    return Array.from({ length: samples }, (_, sample) => ({
      trace,
      prefix: before.join(' '),
      seed: hashSeed(seed, 'continuation', trace.problemId, round, sample),
    }));
  });
  const written = await sampleRows(examination, rows);
  return examined.map(({ trace, own }): Found => {
    const continuations = written.flatMap((continuation, index) =>
      rows[index]?.trace === trace ? [continuation] : [],
    );
    const teacherTokens = continuations.reduce((sum, { tokens }) => sum + tokens, 0);
    const next: StudentRound = { ...own, continuations };
    return { index: trace.index, round: next, counts: { teacherTokens } };
  });
}

async function sampleRows(
  { context }: Examination,
  rows: readonly Row[],
): Promise<TeacherContinuation[]> {
  const { prompts, rationale } = context.state.record.configuration;
  const written = new Array<TeacherContinuation>(rows.length);
  const lengths = rows.map(({ prefix }) => context.models.tokenizer.encode(prefix).length);
  for (const batch of lengthBatches(lengths, rationale.batchSize)) {
    await context.rest();
    const chosen = batch.flatMap((index) => rows[index] ?? []);
    const outputs = await context.models.teacher.generate(
      chosen.map(({ trace }) => solvingPrompt(prompts, trace.question)),
      {
        temperature: rationale.temperature,
        seeds: chosen.map((row) => row.seed),
        maximumTokens: rationale.maximumTokens,
        prefixes: chosen.map(({ prefix }) => prefix),
      },
    );
    batch.forEach((index, place) => {
      const row = chosen[place];
      const output = outputs[place];
      if (row === undefined || output === undefined) return;
      written[index] = judged(context, row.trace, output);
    });
  }
  return written;
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
