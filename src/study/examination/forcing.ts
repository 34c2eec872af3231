/** The student is forced along verified rationales: how likely it finds each step, and what it writes in its place. */

import { problemExample } from '../../distill/examples';
import type { TrainingExample } from '../../distill/trainer';
import { reachesResult } from '../../feedback/student-loop';
import { lengthBatches } from '../../rationale/sampling';
import { firstFailure, type StudentRound } from '../../rationale/student-round';
import { generatedTokens } from '../../rationale/t5-teacher';
import type { Trace } from '../../rationale/trace';
import { parseRationale } from '../../text/grammar';
import {
  rationaleTokens,
  stepLosses,
  tokensBefore,
  type RationaleTokens,
} from '../../text/rationale-tokens';
import type { Student } from '../models';
import type { Examination, Found } from './examination';

/** A problem with what the round taught for it. */
interface Case {
  readonly trace: Trace;
  readonly rationale: string;
  readonly example: TrainingExample;
  readonly tokens: RationaleTokens;
  readonly stepTexts: readonly string[];
}

/** One step to be written by the student itself. */
interface Row {
  readonly of: Case;
  readonly step: number;
  readonly prefix: readonly number[];
}

interface Continuation {
  readonly text: string;
  readonly tokens: number;
}

/** @throws PauseRequested between two batches */
export async function forceStudent(
  examination: Examination,
  student: Student,
  traces: readonly Trace[],
): Promise<Found[]> {
  const cases = traces.flatMap((trace) => taughtCase(examination, trace) ?? []);
  const { rest, state } = examination.context;
  await rest();
  const losses = await student.scoreTokens(
    cases.map(({ example }) => example),
    state.record.configuration.evaluation.batchSize,
  );
  // What gives no value cannot be reached, so that nothing is asked for it.
  const rows = cases.flatMap((of) =>
    of.stepTexts.flatMap((text, step): Row[] =>
      reachesResult('', text) === null ? [] : [{ of, step, prefix: tokensBefore(of.tokens, step) }],
    ),
  );
  const continuations = await continueRows(examination, student, rows);
  return cases.map((of, place) => {
    const own = new Map(
      rows.flatMap((row, index): [number, Continuation][] => {
        const continuation = continuations[index];
        return row.of === of && continuation !== undefined ? [[row.step, continuation]] : [];
      }),
    );
    return found(examination, of, stepLosses(of.tokens, losses[place] ?? []), own);
  });
}

/** Null for what {@link examinedGroups} would not have chosen. */
function taughtCase({ context, method, round }: Examination, trace: Trace): Case | null {
  const { tokenizer } = context.models;
  const { training, feedback } = context.state.record.configuration;
  const options = { ...training, ...feedback };
  const made = problemExample(method, trace, tokenizer, options, round);
  if (!('example' in made)) return null;
  const tokens = rationaleTokens(made.text, tokenizer);
  if (tokens === null) return null;
  const stepTexts = parseRationale(made.text).steps.map(({ text }) => text);
  return { trace, rationale: made.text, example: made.example, tokens, stepTexts };
}

/** What the student writes in each row, in batches of similar prefixes. */
async function continueRows(
  { context }: Examination,
  student: Student,
  rows: readonly Row[],
): Promise<Continuation[]> {
  const { rationale, evaluation } = context.state.record.configuration;
  const limit = rationale.maximumTokens;
  const written = new Array<Continuation>(rows.length);
  const lengths = rows.map(({ prefix }) => prefix.length);
  for (const batch of lengthBatches(lengths, evaluation.batchSize)) {
    await context.rest();
    const chosen = batch.flatMap((index) => rows[index] ?? []);
    const outputs = await student.generate(
      chosen.map(({ of }) => of.example.input),
      limit,
      { prefixes: chosen.map(({ prefix }) => prefix) },
    );
    batch.forEach((index, place) => {
      const ids = outputs[place] ?? [];
      const room = Math.max(0, limit - (chosen[place]?.prefix.length ?? 0));
      const text = context.models.tokenizer.decode(ids).trim();
      written[index] = { text, tokens: generatedTokens(ids.length, room) };
    });
  }
  return written;
}

function found(
  { method, round }: Examination,
  { trace, rationale, stepTexts }: Case,
  losses: readonly number[],
  continuations: ReadonlyMap<number, Continuation>,
): Found {
  const steps = stepTexts.map((text, step): StudentRound['steps'][number] => {
    const continuation = continuations.get(step)?.text ?? '';
    const loss = losses[step] ?? 0;
    return { text, loss, continuation, reached: reachesResult(continuation, text) };
  });
  let studentTokens = 0;
  for (const { tokens } of continuations.values()) studentTokens += tokens;
  const own: StudentRound = { method, round, rationale, steps, continuations: null, next: null };
  return {
    index: trace.index,
    round: own,
    counts: {
      problems: 1,
      failedProblems: firstFailure(own) === null ? 0 : 1,
      steps: steps.length,
      failedSteps: steps.filter(({ reached }) => reached === false).length,
      studentTokens,
    },
  };
}
