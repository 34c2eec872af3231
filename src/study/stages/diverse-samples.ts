/** Part of the stage "rationale": further samples of every training problem, for a method with several rationales a problem. */

import { sameDecimal } from '../../feedback/rational';
import { diverseSeed } from '../../rationale/sampling';
import { teacherSample } from '../../rationale/teacher-sample';
import type { TeacherSample, Trace } from '../../rationale/trace';
import { solvingPrompt } from '../../text/prompt-template';
import type { DiverseSummary } from '../snapshot';
import type { StageContext } from '../stage-context';

/**
 * Samples for the problems that have none yet, a batch at a time; each batch is written as a whole. They are kept
 * apart from the samples that the feedback stage judges, so that other methods train on the same with and without.
 *
 * @param batches the problems by index, as their greedy rationales were asked for
 */
export async function sampleDiversely(
  context: StageContext,
  batches: readonly (readonly number[])[],
): Promise<void> {
  const { state, stores } = context;
  const { studyId, configuration } = state.record;
  const { diverseSamples } = configuration.rationale;
  let { done } = state.record.stages.rationale;
  for (const batch of batches) {
    const traces = await stores.traces.readMany(studyId, batch);
    const open = traces.filter(({ diverse }) => diverse === undefined);
    done += (traces.length - open.length) * diverseSamples;
    if (open.length === 0) continue;
    const started = performance.now();
    // The whole batch is asked again where single ones were lost: for the same words.
    const sampled = (await sampleBatch(context, traces)).filter(({ index }) =>
      open.some((trace) => trace.index === index),
    );
    done += sampled.length * diverseSamples;
    const { rationale } = state.record;
    if (rationale === null) throw new Error('Expected the greedy rationales before further ones.');
    const diverse = countDiverse(rationale.diverse, sampled, performance.now() - started);
    const stages = state.advanced('rationale', {
      done,
      detail: `several rationales a problem: ${diverse.right} of ${diverse.samples} end in the right answer`,
    });
    await state.commit({ rationale: { ...rationale, diverse }, stages }, (record) =>
      stores.traces.commit(sampled, record),
    );
  }
}

async function sampleBatch(
  { state, models, rest }: StageContext,
  traces: readonly Trace[],
): Promise<Trace[]> {
  const { seed, prompts, rationale } = state.record.configuration;
  const samples = Array.from({ length: rationale.diverseSamples }, (_, index) => index + 1);
  const written = traces.map((): TeacherSample[] => []);
  for (const sample of samples) {
    await rest();
    const outputs = await models.teacher.generate(
      traces.map(({ question }) => solvingPrompt(prompts, question)),
      {
        temperature: rationale.temperature,
        seeds: traces.map(({ problemId }) => diverseSeed(seed, problemId, sample)),
        maximumTokens: rationale.maximumTokens,
      },
    );
    outputs.forEach((output, index) =>
      written[index]?.push(teacherSample(sample, rationale.temperature, output)),
    );
  }
  return traces.map((trace, index) => ({ ...trace, diverse: written[index] ?? [] }));
}

/** The summary with these problems' further samples counted too. */
export function countDiverse(
  before: DiverseSummary | undefined,
  traces: readonly Trace[],
  elapsedMs: number,
): DiverseSummary {
  const right = traces.flatMap(({ diverse = [], goldAnswer }) =>
    diverse.filter(({ answer }) => sameDecimal(answer, goldAnswer)),
  );
  const samples = traces.flatMap(({ diverse = [] }) => diverse);
  return {
    problems: (before?.problems ?? 0) + traces.length,
    samples: (before?.samples ?? 0) + samples.length,
    tokens: samples.reduce((sum, { tokens }) => sum + tokens, before?.tokens ?? 0),
    right: (before?.right ?? 0) + right.length,
    elapsedMs: (before?.elapsedMs ?? 0) + elapsedMs,
  };
}
