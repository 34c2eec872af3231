/** What a study takes: in proportion to its settings, and refused with the setting to change where it cannot fit. */

import { describe, expect, test } from 'vitest';
import {
  refusals,
  studyMemory,
  studyTimes,
  type DeviceLimits,
  type ResidentModel,
} from '../../../src/study/estimate';
import { presetConfiguration } from '../../../src/study/presets';
import { studyWorkload } from '../../../src/study/workload';
import { parseT5Configuration } from '../../../src/t5/configuration';
import { trainingFlops } from '../../../src/t5/cost';
import { flanConfigJson } from '../../../src/weights/hub/manifest';

const FLAN = presetConfiguration('flan');
const small = parseT5Configuration(flanConfigJson('small'));
const teacher: ResidentModel = {
  configuration: parseT5Configuration(flanConfigJson('large')),
  format: 'Q8_0',
  isUnpacked: false,
};
const student: ResidentModel = { configuration: small, format: 'F32', isUnpacked: true };
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

describe('refusals', () => {
  const memory = studyMemory(FLAN, teacher, student, false);
  const roomy: DeviceLimits = { grantedBytes: memory.mostBytes, bufferBytes: 2 ** 31 };
  const refused = (limits: Partial<DeviceLimits>, missing = 0, free: number | null = null) =>
    refusals(memory, teacher, student, { ...roomy, ...limits }, missing, free);

  test('there are none where everything fits', () => {
    expect(refused({})).toEqual([]);
    expect(refused({ grantedBytes: null }, 10, 10)).toEqual([]);
  });

  test('names the setting that helps', () => {
    const [sentence] = refused({ grantedBytes: memory.mostBytes - 1 });
    expect(sentence).toMatch(
      /needs \d+ MB of memory, and this device gave \d+ MB: choose a smaller/,
    );
    expect(refused({ bufferBytes: 2 ** 25 })).toHaveLength(2);
    expect(refused({ bufferBytes: 2 ** 25 })[0]).toMatch(/The teacher's largest matrix has 35 MB/);
    expect(refused({}, 2e9, 1e9)[0]).toMatch(/2000 MB are to be downloaded.*at most 1000 MB more/);
  });
});
