/** What a study will compute: how many batches of which shape each stage has, from its configuration alone. */

import { solvingPrompt } from '../text/prompt-template';
import type { BatchShape } from '../t5/cost';
import type { StudyConfiguration } from './configuration';
import { METHOD_TRAITS, type Method } from './methods';
import { decodingsOf } from './subjects';
import { mostRounds } from './training-round';

/** Mean tokens of a data set's texts, and the longest. */
interface TextLengths {
  readonly question: number;
  readonly longestQuestion: number;
  readonly rationale: number;
  /** Of a rationale, its equations alone. */
  readonly equations: number;
  readonly answer: number;
  readonly charactersPerToken: number;
}

/**
 * Counted on GSM8K's training split and on the demo's generated problems with their tokenizers. What a
 * visitor's own files hold is not known before they are read: they count as GSM8K's.
 */
const GSM8K_LENGTHS: TextLengths = {
  question: 59,
  longestQuestion: 236,
  rationale: 101,
  equations: 32,
  answer: 4,
  charactersPerToken: 3.96,
};
const POCKET_LENGTHS: TextLengths = {
  question: 38,
  longestQuestion: 76,
  rationale: 39,
  equations: 23,
  answer: 4,
  charactersPerToken: 3.5,
};

/** Scored sequences of a problem whose every step is open: all signals of a chain of four steps, by two models. */
const SEQUENCES_A_PROBLEM = 32;

/** Places of a problem's wrong rationales that are gone on from, if every one of them is wrong: four steps a rationale. */
const PLACES_A_SAMPLE = 3;

/** So many sequences of one shape; how they are batched is the shape's. */
export interface Work {
  readonly sequences: number;
  readonly shape: BatchShape;
}

export interface StudyWorkload {
  /** The teacher's first rationale of every training problem, and its answers to the test. */
  readonly teacher: Work;
  /** Further samples of every training problem, for a method with several rationales a problem. */
  readonly diverse: Work;
  /** Further samples: from none, where every first one is accepted, to this many, where none ever is. */
  readonly mostResamples: Work;
  /** Sequences scored to decide about steps: from none, where no step is open, to the whole budget. */
  readonly mostScored: Work;
  /** Continuations of wrong rationales: from none, where none is wrong, to the whole budget. */
  readonly mostRollouts: Work;
  /** The teacher forced along one target of every training problem, for a soft method. */
  readonly softTargets: Work;
  /** Every round of every method, as if each were needed. */
  readonly training: Readonly<Record<Method, Work>>;
  /** Examinations of the method's student between its rounds. */
  readonly examined: Readonly<Record<Method, Examined>>;
  /** Generation by each method's student: validations on the way and the evaluation at the end. */
  readonly answering: Readonly<Record<Method, Work>>;
  /** The untrained student on the test problems. */
  readonly before: Work;
  /** The largest batches, whose memory has to suffice. */
  readonly largest: {
    readonly teacher: BatchShape;
    /** The teacher forced along a target. */
    readonly softTargets: BatchShape;
    readonly training: Readonly<Record<Method, BatchShape>>;
    readonly answering: BatchShape;
  };
}

/** What the examinations of one method's student ask for. */
export interface Examined {
  /** The student, forced along its rationales. */
  readonly student: Work;
  /** The teacher, where every problem is failed at; none where none is. */
  readonly mostTeacher: Work;
}

/** Steps of a rationale, each of which the student is to take by itself; a mean of both data sets. */
const MEAN_STEPS = 3;

/** The workload of a configuration; data sets with fewer problems than it asks for take less. */
export function studyWorkload(configuration: StudyConfiguration): StudyWorkload {
  const { data, rationale, training, evaluation } = configuration;
  const lengths = data.source === 'pocket' ? POCKET_LENGTHS : GSM8K_LENGTHS;
  // The template without a question: what every prompt has in addition.
  const template = solvingPrompt(configuration.prompts, '').length / lengths.charactersPerToken;
  const asked = Math.ceil(lengths.question + template);
  const solved = Math.min(rationale.maximumTokens, lengths.rationale);
  const teacherShape = { batch: rationale.batchSize, inputLength: asked, targetLength: solved };
  const targetTokens = (method: Method): number => {
    const { asks, equationsOnly } = METHOD_TRAITS[method];
    if (asks === 'answer') return lengths.answer;
    return equationsOnly ? lengths.equations : lengths.rationale;
  };
  const question = Math.min(training.maximumInputTokens, lengths.question);
  const answered = data.testProblems + data.validationProblems + evaluation.trainProblems;
  const trainingWork = (method: Method): Work => {
    const targetLength = Math.min(training.maximumTargetTokens, targetTokens(method));
    const batch = Math.min(training.batchSize, data.trainProblems);
    const updates = Math.min(
      training.maximumUpdates,
      Math.ceil(training.targetTokens / (targetLength * batch)),
    );
    const rounds = mostRounds(method, configuration);
    return {
      sequences: rounds * updates * batch,
      shape: { batch, inputLength: question, targetLength },
    };
  };
  const answeringWork = (method: Method): Work => {
    const { sequences, shape } = trainingWork(method);
    const validations = Math.ceil(sequences / shape.batch / training.validateEvery);
    const validated = Math.min(training.validationExactMatchProblems, data.validationProblems);
    return {
      // Every answered problem is also scored on its gold target, which costs about as much again.
      sequences:
        2 * answered +
        data.testProblems * furtherAnswers(method) +
        validations * (validated + data.validationProblems),
      shape: { ...shape, batch: evaluation.batchSize },
    };
  };
  const furtherAnswers = (method: Method): number =>
    decodingsOf({ method }, configuration).reduce((sum, { samples }) => sum + samples, 0);
  const examined = (method: Method): Examined => {
    const problems = Math.min(configuration.feedback.roundProblems, data.trainProblems);
    const asked = problems * (mostRounds(method, configuration) - 1);
    const { shape } = answeringWork(method);
    return {
      // The whole rationale is scored before; the teacher’s are scored too, which is little beside it.
      student: { sequences: asked * (MEAN_STEPS + 1), shape },
      mostTeacher: {
        sequences: asked * configuration.feedback.continuations,
        shape: teacherShape,
      },
    };
  };
  const longest = Math.min(training.maximumInputTokens, lengths.longestQuestion);
  return {
    teacher: { sequences: data.trainProblems + data.testProblems, shape: teacherShape },
    diverse: {
      sequences: data.trainProblems * rationale.diverseSamples,
      shape: teacherShape,
    },
    mostResamples: {
      sequences: data.trainProblems * (rationale.resamples + rationale.hintedSamples),
      shape: teacherShape,
    },
    mostScored: {
      // The budget may be far more than every sample of every problem could take.
      sequences: Math.min(
        configuration.feedback.likelihoods,
        SEQUENCES_A_PROBLEM * (data.trainProblems + data.validationProblems),
      ),
      shape: teacherShape,
    },
    mostRollouts: {
      sequences: Math.min(
        configuration.feedback.rollouts,
        PLACES_A_SAMPLE *
          configuration.feedback.rolloutContinuations *
          data.trainProblems *
          (1 + rationale.resamples + rationale.hintedSamples),
      ),
      shape: teacherShape,
    },
    softTargets: { sequences: data.trainProblems, shape: teacherShape },
    training: byMethod(trainingWork),
    examined: byMethod(examined),
    answering: byMethod(answeringWork),
    before: {
      sequences: data.testProblems,
      shape: { batch: evaluation.batchSize, inputLength: question, targetLength: solved },
    },
    largest: {
      teacher: {
        batch: rationale.batchSize,
        inputLength: Math.ceil(lengths.longestQuestion + template),
        targetLength: rationale.maximumTokens,
      },
      softTargets: {
        batch: rationale.batchSize,
        inputLength: Math.ceil(lengths.longestQuestion + template),
        targetLength: training.maximumTargetTokens,
      },
      training: byMethod((method) => ({
        // The gradients of the parts of a batch are added up, so that one part is there at a time.
        batch: Math.min(training.batchSize, training.microBatchSize ?? training.batchSize),
        inputLength: longest,
        targetLength:
          METHOD_TRAITS[method].asks === 'answer' ? lengths.answer : training.maximumTargetTokens,
      })),
      answering: {
        batch: evaluation.batchSize,
        inputLength: longest,
        targetLength: rationale.maximumTokens,
      },
    },
  };
}

/** One value for each method. */
export function byMethod<Value>(value: (method: Method) => Value): Record<Method, Value> {
  return {
    answer: value('answer'),
    'answer-soft': value('answer-soft'),
    cot: value('cot'),
    'cot-soft': value('cot-soft'),
    'cot-answer-filter': value('cot-answer-filter'),
    'cot-diverse': value('cot-diverse'),
    'rules-only': value('rules-only'),
    'equation-only': value('equation-only'),
    'feedback-without-student-loop': value('feedback-without-student-loop'),
    feedback: value('feedback'),
    'feedback-soft': value('feedback-soft'),
  };
}
