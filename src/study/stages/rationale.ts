/** Stage "rationale": the teacher's greedy rationale for every training problem, a batch at a time, and what a method asks for beyond it. */

import type { Problem } from '../../data/problem';
import { lengthBatches, sampleSeed } from '../../rationale/sampling';
import type { TeacherOutput } from '../../rationale/teacher';
import { teacherSample } from '../../rationale/teacher-sample';
import type { Trace } from '../../rationale/trace';
import { solvingPrompt } from '../../text/prompt-template';
import { needsDiverseSamples } from '../methods';
import type { RationaleSummary } from '../snapshot';
import type { StageContext } from '../stage-context';
import { sampleDiversely } from './diverse-samples';

export async function writeRationales(context: StageContext): Promise<void> {
  const { state, stores, models } = context;
  const { studyId, configuration } = state.record;
  const problems = await stores.problems.read(studyId, 'train');
  const prompts = problems.map(({ question }) => solvingPrompt(configuration.prompts, question));
  const lengths = prompts.map((prompt) => models.tokenizer.encode(prompt).length);
  const { written } = await stores.traces.progress(studyId);
  let done = written.size;
  const batches = lengthBatches(lengths, configuration.rationale.batchSize);
  const isDiverse = needsDiverseSamples(configuration.methods);
  const diverse = isDiverse ? problems.length * configuration.rationale.diverseSamples : 0;
  state.beginStage('rationale', { done, total: problems.length + diverse });
  for (const batch of batches) {
    if (batch.every((index) => written.has(index))) continue;
    await context.rest();
    const chosen = batch.flatMap((index) => {
      const problem = problems[index];
      return problem === undefined ? [] : [{ index, problem }];
    });
    const outputs = await models.teacher.generate(
      chosen.map(({ index }) => prompts[index] ?? ''),
      {
        temperature: 0,
        seeds: chosen.map(({ problem }) => sampleSeed(configuration.seed, problem.id, 0)),
        maximumTokens: configuration.rationale.maximumTokens,
      },
    );
    const traces = chosen.flatMap(({ index, problem }, position) => {
      const output = outputs[position];
      // Some are there already when single ones were lost: the whole batch is asked again, for the same words.
      if (output === undefined || written.has(index)) return [];
      return [newTrace(studyId, index, problem, output)];
    });
    done += traces.length;
    const rationale = countTraces(state.record.rationale, traces);
    const stages = state.advanced('rationale', {
      done,
      detail: `${percent(rationale.greedyExactMatch)} of the teacher's first answers are right`,
    });
    await state.commit({ rationale, stages }, (record) => stores.traces.commit(traces, record));
  }
  if (isDiverse) await sampleDiversely(context, batches);
}

function newTrace(studyId: string, index: number, problem: Problem, output: TeacherOutput): Trace {
  return {
    studyId,
    problemId: problem.id,
    index,
    split: 'train',
    question: problem.question,
    goldRationale: problem.goldRationale,
    goldAnswer: problem.goldAnswer,
    difficulty: problem.difficulty,
    samples: [teacherSample(0, 0, output)],
    judged: [],
    winnowed: null,
    provenance: null,
  };
}

/** The summary with these traces' greedy samples counted too. */
export function countTraces(
  before: RationaleSummary | null,
  traces: readonly Trace[],
): RationaleSummary {
  const { problems, samples, tokens, greedyExactMatch } = before ?? {
    problems: 0,
    samples: 0,
    tokens: 0,
    greedyExactMatch: 0,
  };
  const right = traces.filter(({ samples: [greedy], goldAnswer }) => greedy?.answer === goldAnswer);
  const total = problems + traces.length;
  return {
    ...before,
    problems: total,
    samples: samples + traces.length,
    tokens: traces.reduce((sum, trace) => sum + (trace.samples[0]?.tokens ?? 0), tokens),
    greedyExactMatch:
      total === 0 ? 0 : (Math.round(greedyExactMatch * problems) + right.length) / total,
  };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
