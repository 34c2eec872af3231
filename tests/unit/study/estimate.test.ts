/** What a study takes: in proportion to its settings, and refused with the setting to change where it cannot fit. */

import { describe, expect, test } from 'vitest';
import {
  refusals,
  softTargetBytes,
  studyMemory,
  studyTimes,
  type DeviceLimits,
  type ResidentModel,
  type TeacherModel,
} from '../../../src/study/estimate';
import { presetConfiguration } from '../../../src/study/presets';
import { studyWorkload } from '../../../src/study/workload';
import { parseT5Configuration } from '../../../src/t5/configuration';
import { forwardFlops, trainingFlops } from '../../../src/t5/cost';
import { adapterParameterCount } from '../../../src/t5/lora';
import { flanConfigJson } from '../../../src/weights/hub/manifest';

const FLAN = presetConfiguration('article');
const small = parseT5Configuration(flanConfigJson('small'));
const teacher: ResidentModel = {
  configuration: parseT5Configuration(flanConfigJson('large')),
  format: 'Q8_0',
  isUnpacked: false,
};
const student: ResidentModel = { configuration: small, format: 'F32', isUnpacked: true };
const NOTHING_STORED = { missingBytes: 0, softTargetBytes: 0 };
const RATES = { teacherGeneration: 1e12, studentGeneration: 2e11, studentTraining: 5e11 };

describe('time', () => {
  test('halves where a device is twice as fast', () => {
    const slow = studyTimes(FLAN, teacher, student, RATES);
    const fast = studyTimes(FLAN, teacher, student, {
      teacherGeneration: 2e12,
      studentGeneration: 4e11,
      studentTraining: 1e12,
    });
    expect(slow.total.leastMs / fast.total.leastMs).toBeCloseTo(2, 10);
    expect(slow.total.mostMs / fast.total.mostMs).toBeCloseTo(2, 10);
  });

  test('of training is that of its updates', () => {
    const training = { ...FLAN.training, maximumUpdates: 7, targetTokens: 1e10 };
    const one = studyTimes({ ...FLAN, training }, teacher, student, RATES);
    const none = studyTimes({ ...FLAN, training }, teacher, student, {
      ...RATES,
      studentTraining: Number.POSITIVE_INFINITY,
    });
    const { shape } = studyWorkload({ ...FLAN, training }).training.cot;
    const expected = (1000 * 7 * trainingFlops(small, shape)) / RATES.studentTraining;
    expect(one.methods.cot.leastMs - none.methods.cot.leastMs).toBeCloseTo(expected, 6);
  });

  test('only of feedback depends on how often the teacher is rejected', () => {
    const { methods, teacher: writes, total } = studyTimes(FLAN, teacher, student, RATES);
    expect(methods.answer.leastMs).toBe(methods.answer.mostMs);
    expect(methods.cot.leastMs).toBe(methods.cot.mostMs);
    expect(methods.answer.leastMs).toBeLessThan(methods.cot.leastMs);
    const { trainProblems, testProblems } = FLAN.data;
    const { resamples, hintedSamples } = FLAN.rationale;
    const share = (trainProblems * (resamples + hintedSamples)) / (trainProblems + testProblems);
    const further = methods.feedback.mostMs - methods.feedback.leastMs;
    expect(further).toBeCloseTo(writes.leastMs * share, 3);
    expect(total.mostMs - total.leastMs).toBeCloseTo(further, 3);
  });

  test('of a teacher of another engine is left out', () => {
    const times = studyTimes(FLAN, { weightBytes: 1e9 }, student, RATES);
    expect(times.teacher).toEqual({ leastMs: 0, mostMs: 0 });
    expect(times.total.leastMs).toBe(times.total.mostMs);
  });
});

describe('the teacher’s probabilities', () => {
  const withMethods = (methods: typeof FLAN.methods, lambda = 0.3) => ({
    ...FLAN,
    methods,
    training: { ...FLAN.training, soft: { lambda, temperature: 2, topK: 16 } },
  });
  const own = withMethods(['answer-soft', 'cot', 'cot-soft']);
  const both = withMethods(['answer-soft', 'cot', 'cot-soft', 'feedback-soft']);

  test('take four bytes a token kept, once for what the teacher wrote and once for what was left', () => {
    const { sequences, shape } = studyWorkload(own).softTargets;
    expect(softTargetBytes(own)).toBe(sequences * shape.targetLength * 4 * 16);
    expect(softTargetBytes(both)).toBe(2 * softTargetBytes(own));
    expect(softTargetBytes(FLAN)).toBe(0);
    expect(softTargetBytes(withMethods(['cot-soft'], 0))).toBe(0);
  });

  test('cost a pass of the teacher, which methods share', () => {
    const rates = { ...RATES, studentGeneration: 1e30, studentTraining: 1e30 };
    const times = (configuration: typeof FLAN) =>
      studyTimes(configuration, teacher, student, rates);
    const { methods, teacher: writes, total } = times(own);
    const pass = methods['cot-soft'].leastMs - methods.cot.leastMs;
    const { sequences, shape } = studyWorkload(own).softTargets;
    const operations = (sequences / shape.batch) * forwardFlops(teacher.configuration, shape);
    expect(pass).toBeCloseTo((1000 * operations) / RATES.teacherGeneration, 3);
    expect(total.leastMs).toBeCloseTo(writes.leastMs + pass, 3);
    expect(total.mostMs).toBeCloseTo(total.leastMs, 3);
    const further = times(both);
    expect(further.total.leastMs).toBeCloseTo(total.leastMs, 3);
    const resampled = further.methods['feedback-soft'];
    expect(further.total.mostMs - total.mostMs).toBeCloseTo(
      pass + resampled.mostMs - resampled.leastMs,
      3,
    );
    const none = times(withMethods(['cot', 'cot-soft'], 0)).methods;
    expect(none['cot-soft']).toEqual(none.cot);
  });

  test('count where the browser’s storage is too small', () => {
    const memory = studyMemory(both, teacher, student, false);
    const limits = {
      grantedBytes: null,
      bufferBytes: 2 ** 31,
      keepsBlocks: true,
      budgetBytes: null,
    };
    const said = (free: number) =>
      refusals(memory, teacher, student, limits, { missingBytes: 5e6, softTargetBytes: 5e6 }, free);
    expect(said(10e6)).toEqual([]);
    expect(said(9e6)).toEqual([
      expect.stringMatching(
        /5 MB are .* and 5 MB of the teacher's probabilities.*at most 9 MB more/,
      ),
    ]);
  });
});

describe('memory', () => {
  test('holds weights, gradients and two moments of the student', () => {
    const { trainingBytes } = studyMemory(FLAN, teacher, student, false);
    expect(trainingBytes.answer).toBeGreaterThan(16 * 76_961_152);
    expect(trainingBytes.cot).toBeGreaterThan(trainingBytes.answer);
    const batches = { ...FLAN, training: { ...FLAN.training, batchSize: 16 } };
    const doubled = studyMemory(batches, teacher, student, false).trainingBytes.cot;
    const weights = 16 * 76_961_152;
    expect((doubled - weights) / (trainingBytes.cot - weights)).toBeCloseTo(2, 5);
  });

  test('keeps a quantised teacher at about a byte a weight', () => {
    const { teacherBytes } = studyMemory(FLAN, teacher, student, false);
    const unpacked = studyMemory(FLAN, { ...teacher, format: 'F32' }, student, false);
    const saved = unpacked.teacherBytes - teacherBytes;
    expect(saved / 783_150_080).toBeCloseTo(4 - 34 / 32, 2);
  });
});

describe('likelihoods', () => {
  const asking = (likelihoods: number) => ({
    ...FLAN,
    feedback: { ...FLAN.feedback, likelihoods },
  });
  test('take time up to the budget, of the methods that need feedback', () => {
    const time = (likelihoods: number, model: TeacherModel = teacher) =>
      studyTimes(asking(likelihoods), model, student, RATES);
    const [none, some, twice] = [time(0), time(500), time(1000)];
    const added = some.methods.feedback.mostMs - none.methods.feedback.mostMs;
    expect(added).toBeGreaterThan(0);
    expect(twice.methods.feedback.mostMs - none.methods.feedback.mostMs).toBeCloseTo(2 * added, 3);
    expect(some.methods.cot).toEqual(none.methods.cot);
    expect(some.total.leastMs).toBe(none.total.leastMs);
    // What no set of steps could take is not expected.
    expect(time(1e8)).toEqual(time(5e7));
    const foreign = { weightBytes: 1e9 };
    expect(time(500, foreign)).toEqual(time(0, foreign));
  });

  test('hold the student beside the teacher', () => {
    const memory = (likelihoods: number) =>
      studyMemory(asking(likelihoods), teacher, student, false);
    expect(memory(1).teacherBytes - memory(0).teacherBytes).toBe(memory(0).answeringBytes);
  });
});

describe('rollouts', () => {
  test('take time up to the budget, and no more than every rationale being wrong would', () => {
    const time = (rollouts: number) =>
      studyTimes({ ...FLAN, feedback: { ...FLAN.feedback, rollouts } }, teacher, student, RATES);
    const [none, some, twice] = [time(0), time(500), time(1000)];
    const added = some.methods.feedback.mostMs - none.methods.feedback.mostMs;
    expect(added).toBeGreaterThan(0);
    expect(twice.methods.feedback.mostMs - none.methods.feedback.mostMs).toBeCloseTo(2 * added, 3);
    expect(some.methods.cot).toEqual(none.methods.cot);
    expect(some.total.leastMs).toBe(none.total.leastMs);
    expect(time(1e8)).toEqual(time(5e7));
  });
});

describe('memory of a batch in parts', () => {
  test('is that of one part and a second set of gradients', () => {
    const parts = (batchSize: number, microBatchSize?: number) =>
      studyMemory(
        { ...FLAN, training: { ...FLAN.training, batchSize, microBatchSize } },
        teacher,
        student,
        false,
      ).trainingBytes.cot;
    expect(parts(16, 4) - parts(4)).toBe(4 * 76_961_152);
    expect(parts(64, 4)).toBe(parts(16, 4));
    // A part as large as the batch is the batch.
    expect(parts(4, 16)).toBe(parts(4));
  });
});

describe('adapters', () => {
  const lora = { rank: 16, alpha: 32, layers: 'all' as const };
  const base = parseT5Configuration(flanConfigJson('base'));
  const adapted = { ...FLAN, training: { ...FLAN.training, lora } };

  test('take the memory of the frozen student, not of its gradients and moments', () => {
    const whole = studyMemory(FLAN, teacher, { ...student, configuration: base }, false);
    const quantised = { configuration: base, format: 'Q8_0', isUnpacked: false } as const;
    const frozen = studyMemory(adapted, teacher, quantised, false);
    const parameters = 247_577_856;
    const saved = (whole.trainingBytes.cot - frozen.trainingBytes.cot) / parameters;
    // 16 bytes a parameter become 34 / 32, and 16 for each of the adapters' 6.8 million.
    const expected = 16 - 34 / 32 - (16 * adapterParameterCount(base, lora)) / parameters;
    expect(saved).toBeCloseTo(expected, 2);
    expect(adapterParameterCount(base, lora)).toBe(16 * (24 * 3 * (768 + 2048) + 36 * 4 * 1536));
  });

  test('blocks that are computed again take less memory and a third more time', () => {
    const training = { ...FLAN.training, recomputeActivations: true };
    const again = studyMemory({ ...FLAN, training }, teacher, student, false).trainingBytes.cot;
    const kept = studyMemory(FLAN, teacher, student, false).trainingBytes.cot;
    const weights = 16 * 76_961_152;
    expect(again - weights).toBeLessThan(0.6 * (kept - weights));
    const { shape } = studyWorkload(FLAN).training.cot;
    const ratio = trainingFlops(small, shape, { recomputes: true }) / trainingFlops(small, shape);
    expect(ratio).toBeGreaterThan(1.1);
    expect(ratio).toBeLessThan(4 / 3);
  });

  test('take two thirds of the time of an update', () => {
    const workload = studyWorkload(adapted);
    const { shape } = workload.training.cot;
    expect(trainingFlops(base, shape, { lora }) / trainingFlops(base, shape)).toBeCloseTo(2 / 3, 9);
    const rates = { ...RATES, teacherGeneration: 1e30, studentGeneration: 1e30 };
    const whole = studyTimes(FLAN, teacher, student, rates);
    const less = studyTimes(adapted, teacher, student, rates);
    expect(less.methods.cot.leastMs / whole.methods.cot.leastMs).toBeCloseTo(2 / 3, 6);
  });
});

describe('refusals', () => {
  const memory = studyMemory(FLAN, teacher, student, false);
  const roomy: DeviceLimits = {
    grantedBytes: memory.mostBytes,
    bufferBytes: 2 ** 31,
    keepsBlocks: true,
    budgetBytes: null,
  };
  const refused = (limits: Partial<DeviceLimits>, missing = 0, free: number | null = null) =>
    refusals(
      memory,
      teacher,
      student,
      { ...roomy, ...limits },
      { missingBytes: missing, softTargetBytes: 0 },
      free,
    );

  test('there are none where everything fits', () => {
    expect(refused({})).toEqual([]);
    expect(refused({ grantedBytes: null }, 10, 10)).toEqual([]);
  });

  test('names the setting that helps', () => {
    const [sentence] = refused({ grantedBytes: memory.mostBytes - 1 });
    expect(sentence).toMatch(
      /needs \d+ MB of memory, and this device gave \d+ MB: choose a smaller/,
    );
    expect(refused({ budgetBytes: 1e9 })).toEqual([
      expect.stringMatching(/its budget is 1000 MB: raise it, or choose a smaller/),
    ]);
    expect(refused({ bufferBytes: 2 ** 25 })).toHaveLength(2);
    expect(refused({ bufferBytes: 2 ** 25 })[0]).toMatch(/The teacher's largest matrix has 35 MB/);
    expect(refused({}, 2e9, 1e9)[0]).toMatch(/2000 MB are to be downloaded.*at most 1000 MB more/);
  });

  const full: ResidentModel = { ...teacher, format: 'F32' };
  test.each([
    ['32 bit on a GPU', full, true, /choose a smaller or quantised teacher, or a smaller/],
    [
      'quantised on a GPU',
      teacher,
      true,
      /choose a smaller teacher or a smaller rationale batch\.$/,
    ],
    [
      'quantised and unpacked',
      { ...full, isUnpacked: true },
      false,
      /rationale batch, or run it on a GPU, where it stays quantised\.$/,
    ],
    [
      '32 bit without a GPU',
      full,
      false,
      /choose a smaller teacher or .*, or a quantised teacher on a GPU/,
    ],
    ['of another engine', { weightBytes: 9e9 }, true, /choose a number format of fewer bits/],
  ] as const)('of a teacher that is %s', (_, model, keepsBlocks, sentence) => {
    const batches = { ...FLAN, rationale: { ...FLAN.rationale, batchSize: 512 } };
    const needed = studyMemory(batches, model, student, false);
    expect(needed.mostBytes).toBe(needed.teacherBytes);
    const limits = { ...roomy, grantedBytes: needed.mostBytes - 1, keepsBlocks };
    const sentences = refusals(needed, model, student, limits, NOTHING_STORED, null);
    expect(sentences).toHaveLength(1);
    expect(sentences[0]).toMatch(sentence);
    const small = refusals(
      needed,
      model,
      student,
      { ...limits, bufferBytes: 2 ** 25 },
      NOTHING_STORED,
      null,
    );
    // Only there does a quantised file have smaller matrices.
    const helps = small.some((each) => each.includes('or one that is quantised'));
    expect(helps).toBe(model === full && keepsBlocks);
  });

  test('of training and of answers name their own settings', () => {
    const refusedFor = (change: Partial<typeof FLAN>): string => {
      const needed = studyMemory({ ...FLAN, ...change }, teacher, student, false);
      const limits = { ...roomy, grantedBytes: needed.mostBytes - 1 };
      return refusals(needed, teacher, student, limits, NOTHING_STORED, null).join(' ');
    };
    const training = { ...FLAN.training, batchSize: 512 };
    expect(refusedFor({ training })).toMatch(/^For training .*a smaller training batch/);
    const evaluation = { ...FLAN.evaluation, batchSize: 1024 };
    expect(refusedFor({ evaluation })).toMatch(
      /^For the student’s answers .*a smaller evaluation batch or shorter rationales\.$/,
    );
  });
});
