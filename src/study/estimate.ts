/** What a study needs before it starts: disk, GPU memory and time of each model and method, and whether it can fit. */

import {
  forcingBytes,
  forwardFlops,
  generationBytes,
  generationFlops,
  gradientBytes,
  largestTensorBytes,
  trainingBytes,
  trainingFlops,
  type BatchShape,
  type ResidentFormat,
} from '../t5/cost';
import type { T5Configuration } from '../t5/configuration';
import type { StudyConfiguration } from './configuration';
import { KEPT_CHECKPOINTS } from '../storage/checkpoint-store';
import { METHOD_TRAITS, softMethods, type Method } from './methods';
import { byMethod, studyWorkload, type Work } from './workload';

/** Of a problem with two attempts of the teacher, every step judged, and its line of the list; those of the demo take less. */
const TRACE_BYTES = 6_000;

/** A model as it will lie on the device. */
export interface ResidentModel {
  readonly configuration: T5Configuration;
  readonly format: ResidentFormat;
  /** True where its file is quantised and this device has to unpack it. */
  readonly isUnpacked: boolean;
}

/** A teacher that another engine runs: of it only the size of its weights is known, and that only after a look. */
export interface ForeignTeacher {
  readonly weightBytes: number | null;
}

export type TeacherModel = ResidentModel | ForeignTeacher;

/** Floating-point operations a second, as measured on this device with the model's own widths. */
export interface MeasuredRates {
  readonly teacherGeneration: number;
  readonly studentGeneration: number;
  readonly studentTraining: number;
}

/** What the page shows of a study before it starts. */
export interface StudyEstimate {
  /** The files it takes from hubs; `missingBytes` of each are still to be downloaded. */
  readonly downloads: readonly {
    readonly name: string;
    readonly role: 'teacher' | 'student' | 'shared';
    readonly bytes: number;
    readonly missingBytes: number;
  }[];
  /** Most bytes of the browser's storage that the teacher's probabilities take while students train; 0 where no method is soft. */
  readonly softTargetBytes: number;
  /** Most bytes of the browser's storage that the study itself takes, probabilities included; null where the student's shape is not known. */
  readonly storedBytes: number | null;
  /** Null where the student's shape is not known before its header is downloaded. */
  readonly memory: StudyMemory | null;
  /** Null before it was measured. */
  readonly times: StudyTimes | null;
  /** Why it cannot start; empty where it can. */
  readonly refusals: readonly string[];
  /** What could not be said, and why. */
  readonly notes: readonly string[];
  /** True where the headers of files on the hub would say more: nobody is asked before the visitor wants it. */
  readonly canLook: boolean;
}

/** Both equal where it does not depend on how often the teacher is rejected. */
export interface TimeRange {
  readonly leastMs: number;
  readonly mostMs: number;
}

export interface StudyTimes {
  readonly teacher: TimeRange;
  readonly methods: Readonly<Record<Method, TimeRange>>;
  readonly total: TimeRange;
}

export interface StudyMemory {
  /** Bytes while the teacher writes; of another engine's the weights alone, 0 where even they are not known. */
  readonly teacherBytes: number;
  /** Bytes while the student trains, with the longest texts the configuration allows. */
  readonly trainingBytes: Readonly<Record<Method, number>>;
  /** Bytes while a student answers. */
  readonly answeringBytes: number;
  /** The most at any time: the teacher is gone before the student trains. */
  readonly mostBytes: number;
}

export function studyMemory(
  configuration: StudyConfiguration,
  teacher: TeacherModel,
  student: ResidentModel,
  keepsProbabilities: boolean,
): StudyMemory {
  const { largest } = studyWorkload(configuration);
  const {
    batchSize,
    microBatchSize = batchSize,
    lora,
    recomputeActivations,
  } = configuration.training;
  // The sum of the parts before lies beside the gradients of the present one.
  const summedBytes = microBatchSize < batchSize ? gradientBytes(student.configuration, lora) : 0;
  const answering = generationBytes(student.configuration, student.format, largest.answering);
  // The student lies beside the teacher where both are asked for likelihoods.
  const asked = configuration.feedback.likelihoods > 0 ? answering : 0;
  const teacherBytes = isForeign(teacher)
    ? (teacher.weightBytes ?? 0)
    : Math.max(
        generationBytes(teacher.configuration, teacher.format, largest.teacher) + asked,
        forcedPasses(configuration).most === 0
          ? 0
          : forcingBytes(teacher.configuration, teacher.format, largest.softTargets),
      );
  const training = byMethod(
    (method) =>
      summedBytes +
      trainingBytes(student.configuration, largest.training[method], keepsProbabilities, {
        lora,
        format: student.format,
        recomputes: recomputeActivations,
      }),
  );
  return {
    teacherBytes,
    trainingBytes: training,
    answeringBytes: answering,
    mostBytes: Math.max(
      teacherBytes,
      answering,
      ...configuration.methods.map((method) => training[method]),
    ),
  };
}

/**
 * How often the teacher is forced along a target of every training problem: along its own rationales, which
 * methods share, and along what feedback left, where that is something else.
 */
function forcedPasses({ methods, training }: StudyConfiguration): {
  readonly least: number;
  readonly most: number;
} {
  const soft = training.soft.lambda === 0 ? [] : softMethods(methods);
  const isWinnowed = (method: Method): boolean => METHOD_TRAITS[method].needsFeedback;
  const most = Number(soft.some(isWinnowed)) + Number(!soft.every(isWinnowed));
  return { least: Math.min(1, most), most };
}

/** Most bytes of a study's stored probabilities of its teacher: a 16-bit id and logit for every token kept. */
export function softTargetBytes(configuration: StudyConfiguration): number {
  const { sequences, shape } = studyWorkload(configuration).softTargets;
  const positions = sequences * shape.targetLength;
  return forcedPasses(configuration).most * positions * 4 * configuration.training.soft.topK;
}

/**
 * Most bytes that a study stores: of each method the parameters and two moments of what is trained, in every
 * checkpoint that is kept and one more while it is replaced; the traces; and the teacher's probabilities.
 */
export function storedBytes(configuration: StudyConfiguration, student: ResidentModel): number {
  const { methods, training, data } = configuration;
  const checkpoint = 3 * gradientBytes(student.configuration, training.lora);
  return (
    methods.length * (KEPT_CHECKPOINTS + 2) * checkpoint +
    data.trainProblems * TRACE_BYTES +
    softTargetBytes(configuration)
  );
}

export function isForeign(teacher: TeacherModel): teacher is ForeignTeacher {
  return 'weightBytes' in teacher;
}

/** The time of another engine's teacher is not known beforehand and counts as none. */
export function studyTimes(
  configuration: StudyConfiguration,
  teacher: TeacherModel,
  student: ResidentModel,
  rates: MeasuredRates,
): StudyTimes {
  const workload = studyWorkload(configuration);
  const { lora, recomputeActivations: recomputes } = configuration.training;
  const updateFlops = (model: T5Configuration, shape: BatchShape): number =>
    trainingFlops(model, shape, { lora, recomputes });
  const flops = (
    count: (configuration: T5Configuration, shape: BatchShape) => number,
    model: ResidentModel,
    { sequences, shape }: Work,
  ): number => (sequences / shape.batch) * count(model.configuration, shape);
  const ms = (operations: number, rate: number): number => (1000 * operations) / rate;
  const asked = (work: Work): number =>
    isForeign(teacher) ? 0 : ms(flops(generationFlops, teacher, work), rates.teacherGeneration);
  const first = asked(workload.teacher);
  const scored = isForeign(teacher)
    ? 0
    : ms(flops(forwardFlops, teacher, workload.mostScored), rates.teacherGeneration);
  // Many tokens at once go faster than one after the other, at whose rate they are counted.
  const forced = isForeign(teacher)
    ? 0
    : ms(flops(forwardFlops, teacher, workload.softTargets), rates.teacherGeneration);
  const passes = forcedPasses(configuration);
  const softCount = passes.most === 0 ? 0 : softMethods(configuration.methods).length;
  const methods = byMethod((method): TimeRange => {
    const examined = workload.examined[method];
    const time =
      ms(flops(updateFlops, student, workload.training[method]), rates.studentTraining) +
      ms(flops(forwardFlops, student, workload.answering[method]), rates.studentGeneration) +
      ms(flops(forwardFlops, student, examined.student), rates.studentGeneration) +
      (METHOD_TRAITS[method].soft && passes.most > 0 ? forced : 0) +
      (METHOD_TRAITS[method].diverse ? asked(workload.diverse) : 0);
    const judged = METHOD_TRAITS[method].needsFeedback
      ? asked(workload.mostResamples) + asked(workload.mostRollouts) + scored
      : 0;
    const further = judged + asked(examined.mostTeacher);
    return { leastMs: time, mostMs: time + further };
  });
  const before = ms(flops(generationFlops, student, workload.before), rates.studentGeneration);
  // Each method counts its own pass; those that methods share are made once.
  const sum = (which: keyof TimeRange, made: number): number =>
    configuration.methods.reduce(
      (total, method) => total + methods[method][which],
      first + before,
    ) -
    (softCount - made) * forced;
  return {
    teacher: { leastMs: first, mostMs: first },
    methods,
    total: { leastMs: sum('leastMs', passes.least), mostMs: sum('mostMs', passes.most) },
  };
}

/** What a device allows. */
export interface DeviceLimits {
  /** Bytes the device granted when asked for what the study needs; null where it cannot be asked. */
  readonly grantedBytes: number | null;
  /** Most bytes of one buffer. */
  readonly bufferBytes: number;
  /** Whether a quantised teacher stays quantised on it; otherwise it takes as much as one in 32 bit. */
  readonly keepsBlocks: boolean;
  /** Most bytes the visitor lets the study take; null without such a limit. */
  readonly budgetBytes: number | null;
}

/**
 * Why a study cannot run on a device, each with the setting to change; empty when it can.
 *
 * @param stored bytes still to be downloaded, and of the teacher's probabilities
 * @param freeBytes what the browser offers to store at most, null where it does not say
 */
export function refusals(
  memory: StudyMemory,
  teacher: TeacherModel,
  student: ResidentModel,
  limits: DeviceLimits,
  stored: { readonly missingBytes: number; readonly softTargetBytes: number },
  freeBytes: number | null,
): string[] {
  const sentences: string[] = [];
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  for (const [role, model] of [
    ['teacher', teacher],
    ['student', student],
  ] as const) {
    if (isForeign(model)) continue;
    const largest = largestTensorBytes(model.configuration, model.format);
    if (largest <= limits.bufferBytes) continue;
    // A student is trained in 32 bit, and where no kernel reads blocks a teacher is unpacked to that.
    const quantisedHelps = role === 'teacher' && model.format === 'F32' && limits.keepsBlocks;
    sentences.push(
      `The ${role}'s largest matrix has ${megabytes(largest)}, and this device binds at most ${megabytes(limits.bufferBytes)} at once: choose a smaller ${role}${quantisedHelps ? ', or one that is quantised' : ''}.`,
    );
  }
  const { grantedBytes, budgetBytes } = limits;
  const allowed = Math.min(grantedBytes ?? Infinity, budgetBytes ?? Infinity);
  if (memory.mostBytes > allowed) {
    const [what, setting] = mostDemanding(memory, teacher, limits);
    sentences.push(
      `For ${what} this study needs ${megabytes(memory.mostBytes)} of memory, and ${allowed === budgetBytes ? `its budget is ${megabytes(allowed)}: raise it, or` : `this device gave ${megabytes(allowed)}:`} choose ${setting}.`,
    );
  }
  const { missingBytes, softTargetBytes: probabilities } = stored;
  if (freeBytes !== null && missingBytes + probabilities > freeBytes) {
    const also =
      probabilities > 0
        ? ` and ${megabytes(probabilities)} of the teacher's probabilities kept`
        : '';
    const fewer = probabilities > 0 ? ', or fewer likeliest tokens' : '';
    sentences.push(
      `${megabytes(missingBytes)} are to be downloaded${also}, and the browser stores at most ${megabytes(freeBytes)} more: delete downloads or old studies, or choose smaller models${fewer}.`,
    );
  }
  return sentences;
}

/** What needs the most memory, and the settings that make it need less. */
function mostDemanding(
  { mostBytes, teacherBytes, trainingBytes }: StudyMemory,
  teacher: TeacherModel,
  limits: DeviceLimits,
): readonly [what: string, setting: string] {
  if (mostBytes === teacherBytes) return ['the teacher', teacherSetting(teacher, limits)];
  if (mostBytes > Math.max(...Object.values(trainingBytes))) {
    return [
      'the student’s answers',
      'a smaller student, a smaller evaluation batch or shorter rationales',
    ];
  }
  return ['training', 'a smaller student, a smaller training batch or shorter targets'];
}

function teacherSetting(teacher: TeacherModel, { keepsBlocks }: DeviceLimits): string {
  if (isForeign(teacher)) return 'a number format of fewer bits or a smaller teacher';
  const smaller = 'a smaller teacher or a smaller rationale batch';
  if (teacher.format !== 'F32') return smaller;
  if (keepsBlocks) return 'a smaller or quantised teacher, or a smaller rationale batch';
  return teacher.isUnpacked
    ? `${smaller}, or run it on a GPU, where it stays quantised`
    : `${smaller}, or a quantised teacher on a GPU, where it stays quantised`;
}
