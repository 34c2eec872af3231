/** Rollouts in the feedback stage: wrong rationales gone on with within a budget, used where they are right, the cost counted. */

import { concludingStepOf } from '../../feedback/assess';
import { continuedSample } from '../../feedback/repair';
import {
  decideByRollouts,
  type ContinuableRationale,
  type RolloutRequest,
} from '../../feedback/rollouts/decide';
import { writeRollouts } from '../../feedback/rollouts/write';
import {
  fallsAtStep,
  rolloutsOfStep,
  type Rollout,
  type RolloutPlace,
} from '../../rationale/rollouts';
import type { JudgedRationale, Trace } from '../../rationale/trace';
import { solvingPrompt } from '../../text/prompt-template';
import type { RolloutSummary } from '../rollout-summary';
import type { StageContext } from '../stage-context';
import { addTaking, NO_TAKING } from '../taking';
import type { Undecided } from './undecided';

/** What the teacher wrote from the begins of one problem's rationales: samples that begin alike share it. */
type ByBegin = Map<string, readonly Rollout[]>;

export class RolloutSearch {
  readonly #context: StageContext;
  /** What is known so far; the caller writes it together with what it led to. */
  #summary: RolloutSummary;
  readonly #written = new WeakMap<Undecided, ByBegin>();
  #toldOfBudget = false;

  private constructor(context: StageContext, summary: RolloutSummary) {
    this.#context = context;
    this.#summary = summary;
  }

  /** Rollouts as the study asks for them; null where it asks for none. */
  static open(context: StageContext): RolloutSearch | null {
    const { rollouts, configuration } = context.state.record;
    const { teacher } = context.models;
    if (configuration.feedback.rollouts === 0) return null;
    if (rollouts !== undefined) return new RolloutSearch(context, rollouts);
    const refusal = teacher.continues
      ? ''
      : `The ${teacher.name} cannot be made to go on from given steps: there are no rollouts.`;
    if (refusal !== '') context.log(refusal);
    return new RolloutSearch(context, {
      refusal,
      taking: NO_TAKING,
      problems: 0,
      rationales: 0,
      acquitted: 0,
      blamed: 0,
      continued: 0,
    });
  }

  get summary(): RolloutSummary {
    return this.#summary;
  }

  /**
   * Goes on from the newest samples where they end wrong and a decision about their steps depends on it. Where that
   * finds a verified rationale for a problem, it becomes a sample of it.
   *
   * @throws PauseRequested between two batches
   */
  async decide(cases: readonly Undecided[]): Promise<void> {
    if (this.#summary.refusal !== '') return;
    await decideByRollouts(cases.map(newestSample), (requests) => this.#goOn(cases, requests));
    const { temperature } = this.#context.state.record.configuration.rationale;
    for (const each of cases) {
      const { judged } = each.newest;
      if (judged.accepted) continue;
      const next = { temperature, sample: each.samples.length };
      const continued = continuedSample(judged, each.trace, each.options, next);
      if (continued !== null) each.add(continued);
    }
  }

  /** Counts what the problems that are written now rested on. */
  count(traces: readonly Trace[]): void {
    const asked = traces
      .flatMap(({ judged }) => judged)
      .filter(({ rollouts }) => rollouts !== undefined);
    const total = (count: (judged: JudgedRationale) => number): number =>
      asked.reduce((sum, judged) => sum + count(judged), 0);
    const { summary } = this;
    this.#summary = {
      ...summary,
      problems: summary.problems + traces.length,
      rationales: summary.rationales + asked.length,
      acquitted: summary.acquitted + total(acquittedSteps),
      blamed: summary.blamed + total(blamedSteps),
      continued:
        summary.continued +
        traces.filter(({ samples }) => samples.some(({ goesOn }) => goesOn !== undefined)).length,
    };
  }

  /** Goes on from the first of these places that the rest of the budget pays for. */
  async #goOn(
    cases: readonly Undecided[],
    requests: readonly RolloutRequest[],
  ): Promise<RolloutPlace[]> {
    const { rollouts: most, rolloutContinuations: count } =
      this.#context.state.record.configuration.feedback;
    let left = most - this.#summary.taking.sequences;
    const open: { readonly known: ByBegin; readonly begin: string; readonly of: Undecided }[] = [];
    const paid: { readonly known: ByBegin; readonly begin: string; readonly steps: number }[] = [];
    for (const { rationale, steps, begin } of requests) {
      const of = cases[rationale];
      if (of === undefined) break;
      const known = this.#written.get(of) ?? new Map<string, readonly Rollout[]>();
      this.#written.set(of, known);
      if (!known.has(begin)) {
        left -= count;
        if (left < 0) break;
        open.push({ known, begin, of });
      }
      paid.push({ known, begin, steps });
    }
    if (paid.length < requests.length && !this.#toldOfBudget) {
      this.#toldOfBudget = true;
      this.#context.log(
        `The budget of ${most} rollouts is used up: from here on the rest of a rationale decides alone.`,
      );
    }
    const written = await this.#write(open);
    open.forEach(({ known, begin }, index) => known.set(begin, written[index] ?? []));
    return paid.map(({ known, begin, steps }) => ({ steps, rollouts: known.get(begin) ?? [] }));
  }

  async #write(
    begins: readonly { readonly begin: string; readonly of: Undecided }[],
  ): Promise<Rollout[][]> {
    const { state, models, rest } = this.#context;
    const { seed, prompts, rationale, feedback } = state.record.configuration;
    const { batchSize, maximumTokens, temperature } = rationale;
    const starts = begins.map(({ begin, of: { trace } }) => ({
      problem: trace.problemId,
      prompt: solvingPrompt(prompts, trace.question),
      begin,
      context: trace,
    }));
    const count = feedback.rolloutContinuations;
    const options = { batchSize, maximumTokens, temperature, rest, count, seed };
    const began = performance.now();
    const written = await writeRollouts(models.teacher, models.tokenizer, starts, options);
    const all = written.flat();
    const taking = {
      sequences: all.length,
      tokens: all.reduce((sum, { tokens }) => sum + tokens, 0),
      seconds: (performance.now() - began) / 1000,
    };
    this.#summary = { ...this.#summary, taking: addTaking(this.#summary.taking, taking) };
    return written;
  }
}

function newestSample(undecided: Undecided): ContinuableRationale {
  const { sample } = undecided.newest;
  return {
    goldAnswer: undecided.trace.goldAnswer,
    answer: sample.answer,
    concludingStep: concludingStepOf(sample.text),
    get steps() {
      return undecided.newest.judged.steps;
    },
    get places() {
      return undecided.newest.judged.rollouts ?? [];
    },
    judgeAgain: (rollouts) => undecided.hear({ rollouts }),
  };
}

/** Steps that no more than their own rationale's end spoke against. */
function acquittedSteps({ steps }: JudgedRationale): number {
  return steps.filter(({ outcomes }) =>
    outcomes.some(
      ({ reason, failed, score }) => reason === 'contradicts-gold' && !failed && score < 1,
    ),
  ).length;
}

function blamedSteps({ steps, rollouts = [] }: JudgedRationale): number {
  return steps.filter(
    ({ reason }, index) =>
      reason === 'contradicts-gold' && fallsAtStep(rolloutsOfStep(rollouts, index)),
  ).length;
}
