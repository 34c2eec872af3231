/** What the next round teaches: of the teacher's verified continuations the one the student finds likeliest, and weights. */

import { methodPrompt } from '../../distill/examples';
import { stepWeight, type LossMoments } from '../../feedback/student-loop';
import { firstFailure, studentRounds, type StudentRound } from '../../rationale/student-round';
import type { Trace } from '../../rationale/trace';
import { parseRationale } from '../../text/grammar';
import { rationaleTokens, stepLosses, type RationaleTokens } from '../../text/rationale-tokens';
import type { Student } from '../models';
import type { Examination, Found } from './examination';

/** A verified rationale of a problem that the student failed at. */
interface Candidate {
  readonly trace: Trace;
  readonly rationale: string;
  readonly tokens: RationaleTokens;
}

interface ScoredCandidate extends Candidate {
  /** Of every token, in nats. */
  readonly losses: Float32Array;
  readonly logProbability: number;
}

/**
 * @param moments of the losses of all steps of this examination
 * @throws PauseRequested before the student is asked
 */
export async function chooseNext(
  { context, method, round }: Examination,
  student: Student,
  moments: LossMoments,
  traces: readonly Trace[],
): Promise<Found[]> {
  const { tokenizer } = context.models;
  const examined = traces.flatMap((trace) => {
    const own = studentRounds(trace).find((each) => each.method === method && each.round === round);
    return own === undefined ? [] : [{ trace, own }];
  });
  const candidates = examined.flatMap(({ trace, own }) => {
    const rationales = own.continuations?.flatMap(({ rationale }) => rationale ?? []) ?? [];
    return [...new Set(rationales)].flatMap((rationale): Candidate[] => {
      const tokens = rationaleTokens(rationale, tokenizer);
      return tokens === null ? [] : [{ trace, rationale, tokens }];
    });
  });
  await context.rest();
  const losses = await student.scoreTokens(
    candidates.map(({ trace, tokens }) => ({
      input: tokenizer.encode(methodPrompt(method, trace.question)),
      target: tokens.target,
    })),
    context.state.record.configuration.evaluation.batchSize,
  );
  const scored = candidates.map((candidate, index): ScoredCandidate => {
    const own = losses[index] ?? new Float32Array();
    const logProbability = -own.reduce((sum, loss) => sum + loss, 0);
    return { ...candidate, losses: own, logProbability };
  });
  return examined.map(({ trace, own }): Found => {
    const ownCandidates = scored.filter((candidate) => candidate.trace === trace);
    const next = nextTaught(own, ownCandidates, moments);
    const found: StudentRound = {
      ...own,
      continuations: (own.continuations ?? []).map((continuation) => ({
        ...continuation,
        logProbability:
          ownCandidates.find(({ rationale }) => rationale === continuation.rationale)
            ?.logProbability ?? null,
      })),
      next,
    };
    const replaced = next.rationale === own.rationale ? 0 : 1;
    return { index: trace.index, round: found, counts: { replaced } };
  });
}

function nextTaught(
  own: StudentRound,
  candidates: readonly ScoredCandidate[],
  moments: LossMoments,
): NonNullable<StudentRound['next']> {
  let likeliest: ScoredCandidate | null = null;
  for (const candidate of candidates) {
    if (likeliest === null || candidate.logProbability > likeliest.logProbability) {
      likeliest = candidate;
    }
  }
  if (likeliest === null || likeliest.rationale === own.rationale) {
    const weights = own.steps.map(({ loss, reached }) =>
      stepWeight(loss, reached === false, moments),
    );
    return { rationale: own.rationale, weights };
  }
  const { rationale, tokens, losses } = likeliest;
  // The first step that is not as it was stands for the one the student failed at.
  const texts = parseRationale(rationale).steps.map(({ text }) => text);
  const before = firstFailure(own) ?? 0;
  const changed = texts.findIndex((text, step) => step >= before || text !== own.steps[step]?.text);
  const weights = stepLosses(tokens, losses).map((loss, step) =>
    stepWeight(loss, step === changed, moments),
  );
  return { rationale, weights };
}
