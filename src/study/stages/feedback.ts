/** Stage "feedback": judges what the teacher wrote, samples again where it was rejected, and winnows. */

import { needsAnotherSample } from '../../feedback/repair';
import { lengthBatches, sampleSeed } from '../../rationale/sampling';
import { teacherSample } from '../../rationale/teacher-sample';
import { REASONS, type Reason, type Trace } from '../../rationale/trace';
import { hintedPrompt, solvingPrompt } from '../../text/prompt-template';
import type { FeedbackSummary, RationaleSummary } from '../snapshot';
import type { StageContext } from '../stage-context';
import { LikelihoodScoring } from './likelihoods';
import { RolloutSearch } from './rollouts';
import { Undecided } from './undecided';

/**
 * Teacher batches of problems that are decided and written together: few of them are rejected, and
 * sampling again is quick only for a full batch.
 */
const BATCHES_A_GROUP = 4;

export async function winnowRationales(context: StageContext): Promise<void> {
  const { state, stores, models } = context;
  const { studyId, configuration } = state.record;
  const problems = await stores.problems.read(studyId, 'train');
  const lengths = problems.map(
    ({ question }) =>
      models.tokenizer.encode(solvingPrompt(configuration.prompts, question)).length,
  );
  const { decided } = await stores.traces.progress(studyId);
  let done = decided.size;
  state.beginStage('feedback', { done, total: problems.length });
  if (decided.size === problems.length) return;
  const scoring = await LikelihoodScoring.open(context);
  const search = RolloutSearch.open(context);
  try {
    const size = configuration.rationale.batchSize * BATCHES_A_GROUP;
    for (const group of lengthBatches(lengths, size)) {
      if (group.every((index) => decided.has(index))) continue;
      const before = await stores.traces.readMany(studyId, group);
      // Single ones are open when they were lost: the whole group is decided again, with the same samples.
      const whole = await winnowGroup(context, scoring, search, before);
      const traces = whole.filter(({ index }) => !decided.has(index));
      scoring?.count(traces);
      search?.count(traces);
      done += traces.length;
      const feedback = countVerdicts(state.record.feedback, traces);
      const rationale = countResamples(state.record.rationale, traces);
      const detail = `${feedback.kept} steps kept, ${feedback.rejected} rejected, ${feedback.repaired} repaired`;
      const stages = state.advanced('feedback', { done, detail });
      const likelihoods = scoring === null ? {} : { likelihoods: scoring.summary };
      const rollouts = search === null ? {} : { rollouts: search.summary };
      await state.commit({ feedback, rationale, stages, ...likelihoods, ...rollouts }, (record) =>
        stores.traces.commit(traces, record),
      );
    }
  } finally {
    await scoring?.dispose();
  }
}

async function winnowGroup(
  context: StageContext,
  scoring: LikelihoodScoring | null,
  search: RolloutSearch | null,
  traces: readonly Trace[],
): Promise<Trace[]> {
  const { rationale, feedback } = context.state.record.configuration;
  const cases: Undecided[] = [];
  for (const trace of traces) {
    await context.rest();
    cases.push(new Undecided(trace, feedback));
  }
  await scoring?.decide(cases);
  await search?.decide(cases);
  const most = rationale.resamples + rationale.hintedSamples;
  for (let sample = 1; sample <= most; sample++) {
    const open = cases.filter(({ winnowed }) => needsAnotherSample(winnowed.judged, most));
    for (let start = 0; start < open.length; start += rationale.batchSize) {
      await context.rest();
      await sampleAgain(context, open.slice(start, start + rationale.batchSize), sample);
    }
    await scoring?.decide(open);
    await search?.decide(open);
  }
  return cases.map(({ trace, samples, winnowed }) => ({ ...trace, samples, ...winnowed }));
}

/** One more sample for each of these problems; those after the resamples see the gold answer. */
async function sampleAgain(
  context: StageContext,
  open: readonly Undecided[],
  sample: number,
): Promise<void> {
  const { seed, prompts, rationale } = context.state.record.configuration;
  const hinted = sample > rationale.resamples;
  const outputs = await context.models.teacher.generate(
    open.map(({ trace }) =>
      hinted
        ? hintedPrompt(prompts, trace.question, trace.goldAnswer)
        : solvingPrompt(prompts, trace.question),
    ),
    {
      temperature: rationale.temperature,
      seeds: open.map(({ trace }) => sampleSeed(seed, trace.problemId, sample)),
      maximumTokens: rationale.maximumTokens,
    },
  );
  open.forEach((undecided, index) => {
    const output = outputs[index];
    if (output === undefined) return;
    undecided.add(teacherSample(sample, rationale.temperature, output, hinted));
  });
}

/** The summary with these decided traces counted too. */
export function countVerdicts(
  before: FeedbackSummary | null,
  traces: readonly Trace[],
): FeedbackSummary {
  const byReason: Record<Reason, number> = before
    ? { ...before.byReason }
    : {
        malformed: 0,
        repeated: 0,
        arithmetic: 0,
        ungrounded: 0,
        'off-topic': 0,
        'contradicts-gold': 0,
        redundant: 0,
      };
  const byProvenance: Record<string, number> = { ...before?.byProvenance };
  const verdicts = {
    kept: before?.kept ?? 0,
    rejected: before?.rejected ?? 0,
    repaired: before?.repaired ?? 0,
  };
  for (const { judged, provenance } of traces) {
    // Counted over what the teacher wrote first, so that resampling does not change what it is judged by.
    for (const step of judged[0]?.steps ?? []) {
      verdicts[step.verdict] += 1;
      for (const reason of REASONS) if (step.reason === reason) byReason[reason] += 1;
    }
    if (provenance !== null) byProvenance[provenance] = (byProvenance[provenance] ?? 0) + 1;
  }
  return { problems: (before?.problems ?? 0) + traces.length, ...verdicts, byReason, byProvenance };
}

/** The summary with the further samples of these decided traces counted too; rollouts count as such. */
export function countResamples(
  before: RationaleSummary | null,
  traces: readonly Trace[],
): RationaleSummary | null {
  if (before === null) return null;
  const further = traces.flatMap(({ samples }) =>
    samples.slice(1).filter(({ goesOn }) => goesOn === undefined),
  );
  return {
    ...before,
    samples: before.samples + further.length,
    tokens: further.reduce((sum, { tokens }) => sum + tokens, before.tokens),
  };
}
