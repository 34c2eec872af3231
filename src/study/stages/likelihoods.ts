/** Likelihoods in the feedback stage: thresholds fitted once, undecided steps asked about within a budget, the cost counted. */

import {
  askModels,
  countSequences,
  type AskedModel,
  type AsksFor,
  type LikelihoodRequest,
  type MeasuredSignal,
} from '../../feedback/likelihood/ask';
import {
  asksByThresholds,
  decideOpenSteps,
  type OpenRationale,
} from '../../feedback/likelihood/decide';
import { fittingCases, type FittingCase } from '../../feedback/likelihood/fitting-cases';
import {
  fitThresholds,
  type FittedThreshold,
  type LabelledSignal,
} from '../../feedback/likelihood/thresholds';
import { LIKELIHOOD_MODELS, type Trace } from '../../rationale/trace';
import { solvingPrompt } from '../../text/prompt-template';
import { solvePrompt } from '../../text/prompts';
import { likelihoodRefusal } from '../model-choice';
import { studentAdapters, type Student } from '../models';
import type { LikelihoodSummary } from '../likelihood-summary';
import type { StageContext } from '../stage-context';
import { addTaking, NO_TAKING, type Taking } from '../taking';
import type { Undecided } from './undecided';

/** Most validation problems that thresholds are fitted on: about 160 clean steps of pocket problems. */
const FITTING_PROBLEMS = 50;
/** Share of the budget that fitting may take. */
const FITTING_SHARE = 0.25;
/** Requests that are asked about between two looks for a pause. */
const REQUESTS_A_REST = 64;

export class LikelihoodScoring {
  readonly #context: StageContext;
  /** What is known so far; the caller writes it together with what it led to. */
  #summary: LikelihoodSummary;
  #student: Promise<Student> | null = null;
  #toldOfBudget = false;

  private constructor(context: StageContext, summary: LikelihoodSummary) {
    this.#context = context;
    this.#summary = summary;
  }

  /**
   * Scoring as the study asks for it, with the thresholds it has; fits and writes them where it has none.
   *
   * @returns null where the study asks for no likelihoods
   */
  static async open(context: StageContext): Promise<LikelihoodScoring | null> {
    const { likelihoods, configuration } = context.state.record;
    if (configuration.feedback.likelihoods === 0) return null;
    if (likelihoods !== undefined) return new LikelihoodScoring(context, likelihoods);
    const refusal = likelihoodRefusal(configuration.models);
    const scoring = new LikelihoodScoring(context, {
      refusal,
      thresholds: [],
      fit: NO_TAKING,
      scoring: NO_TAKING,
      problems: 0,
      steps: 0,
      helpful: 0,
    });
    if (refusal === '') await scoring.#fitThresholds();
    else context.log(refusal);
    const { summary } = scoring;
    await context.state.commit({ likelihoods: summary }, (record) =>
      context.stores.studies.write(record),
    );
    return scoring;
  }

  get summary(): LikelihoodSummary {
    return this.#summary;
  }

  /** Frees the student. */
  async dispose(): Promise<void> {
    const student = await this.#student?.catch(() => null);
    student?.dispose();
    this.#student = null;
  }

  /** Asks about the steps that the rules leave open in the newest samples, and judges those again. */
  async decide(cases: readonly Undecided[]): Promise<void> {
    await decideOpenSteps(cases.map(newestSample), this.#summary.thresholds, (requests) =>
      this.#askWithinBudget(requests),
    );
  }

  /** Counts what the problems that are written now rested on. */
  count(traces: readonly Trace[]): void {
    const measured = traces
      .flatMap(({ judged }) => judged.flatMap(({ steps }) => steps))
      .flatMap(({ likelihoods }) => (likelihoods === undefined ? [] : [likelihoods]));
    const helpful = measured.filter((ofStep) =>
      ofStep.some(({ value, threshold }) => value >= threshold),
    );
    const { summary } = this;
    this.#summary = {
      ...summary,
      problems: summary.problems + traces.length,
      steps: summary.steps + measured.length,
      helpful: summary.helpful + helpful.length,
    };
  }

  /** Asks for the first of these requests that the rest of the budget pays for. */
  async #askWithinBudget(requests: readonly LikelihoodRequest[]): Promise<MeasuredSignal[]> {
    const { fit, scoring, thresholds } = this.#summary;
    const asks = asksByThresholds(thresholds);
    const most = this.#context.state.record.configuration.feedback.likelihoods;
    let left = most - fit.sequences - scoring.sequences;
    const unaffordable = requests.findIndex((request) => {
      left -= countSequences(request, LIKELIHOOD_MODELS, asks);
      return left < 0;
    });
    if (unaffordable >= 0 && !this.#toldOfBudget) {
      this.#toldOfBudget = true;
      this.#context.log(
        `The budget of ${most} scored sequences is used up: from here on the rules decide alone.`,
      );
    }
    const affordable = unaffordable < 0 ? requests : requests.slice(0, unaffordable);
    const { measured, taking } = await this.#ask(affordable, asks);
    this.#summary = { ...this.#summary, scoring: addTaking(scoring, taking) };
    return measured;
  }

  /** Fits the thresholds on as many validation problems as a share of the budget pays for. */
  async #fitThresholds(): Promise<void> {
    const { state, stores, log } = this.#context;
    const { studyId, configuration } = state.record;
    const problems = await stores.problems.read(studyId, 'validation');
    const most = FITTING_SHARE * configuration.feedback.likelihoods;
    const everything: AsksFor = () => true;
    const cases: FittingCase[] = [];
    let sequences = 0;
    for (const own of fittingCases(problems.slice(0, FITTING_PROBLEMS), configuration.seed)) {
      for (const each of own) sequences += countSequences(each, LIKELIHOOD_MODELS, everything);
      if (sequences > most) break;
      cases.push(...own);
    }
    const { measured, taking: fit } = await this.#ask(cases, everything);
    const labelled = measured.map(({ request, signal, model, value }): LabelledSignal => ({
      signal,
      model,
      value,
      label: cases[request]?.label ?? 'clean',
    }));
    const thresholds = fitThresholds(labelled);
    this.#summary = { ...this.#summary, thresholds, fit };
    for (const fitted of thresholds) log(describeThreshold(fitted));
    if (!thresholds.some(({ model, used }) => model === 'student' && used)) await this.dispose();
    if (!thresholds.some(({ used }) => used)) {
      const refusal =
        labelled.length === 0
          ? `A quarter of the budget of ${configuration.feedback.likelihoods} scored sequences does not fit thresholds on one validation problem: the rules decide alone.`
          : 'No likelihood tells injected errors from clean steps: the rules decide alone.';
      this.#summary = { ...this.#summary, refusal };
      log(refusal);
    }
  }

  /** Asks some requests at a time, with a look for a pause before each. */
  async #ask(
    requests: readonly LikelihoodRequest[],
    asks: AsksFor,
  ): Promise<{ measured: MeasuredSignal[]; taking: Taking }> {
    const measured: MeasuredSignal[] = [];
    let taking = NO_TAKING;
    for (let first = 0; first < requests.length; first += REQUESTS_A_REST) {
      await this.#context.rest();
      const began = performance.now();
      const part = requests.slice(first, first + REQUESTS_A_REST);
      const { measured: own, cost } = await askModels(part, this.#models, asks);
      for (const each of own) measured.push({ ...each, request: first + each.request });
      taking = addTaking(taking, { ...cost, seconds: (performance.now() - began) / 1000 });
    }
    return { measured, taking };
  }

  get #models(): AskedModel[] {
    const { state, models } = this.#context;
    const { prompts, rationale } = state.record.configuration;
    const { teacher } = models;
    return [
      {
        model: 'teacher',
        promptOf: (question) => solvingPrompt(prompts, question),
        scoreRationales: async (questions) => {
          if (teacher.scoreRationales === undefined)
            throw new Error(
              `Expected a teacher that gives likelihoods, found ${teacher.name}. Start a study with feedback.likelihoods 0.`,
            );
          return teacher.scoreRationales(questions, rationale.batchSize);
        },
      },
      {
        model: 'student',
        promptOf: solvePrompt,
        scoreRationales: async (questions) => {
          // As it is before any training.
          this.#student ??= models.loadStudent(null, studentAdapters(state.record.configuration));
          return (await this.#student).scoreRationales(questions, rationale.batchSize);
        },
      },
    ];
  }
}

/** The sample that was judged last, which decides unless it is rejected. */
function newestSample(undecided: Undecided): OpenRationale {
  return {
    question: undecided.trace.question,
    goldAnswer: undecided.trace.goldAnswer,
    answer: undecided.newest.sample.answer,
    get steps() {
      return undecided.newest.judged.steps;
    },
    judgeAgain: (likelihoods) => undecided.hear({ likelihoods }),
  };
}

function describeThreshold(fitted: FittedThreshold): string {
  const { signal, model, threshold, clean, injected, retention, recall, used } = fitted;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return `The ${model}'s ${signal.replaceAll('-', ' ')} counts as help from ${threshold.toFixed(3)} nats a token on: ${percent(retention)} of ${clean} clean steps have it, and ${percent(1 - recall)} of ${injected} injected errors${used ? '.' : ', so it is not asked for.'}`;
}
