/** Presets, budgets, batches, curves and names: the small decisions of a study. */

import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { lengthBatches, sampleSeed } from '../../../src/rationale/sampling';
import { plannedUpdates } from '../../../src/study/budget';
import { studyConfigurationSchema } from '../../../src/study/configuration';
import { curveInterval, extendCurve } from '../../../src/study/curves';
import { studyName } from '../../../src/study/name';
import { roundOfUpdate } from '../../../src/study/training-round';
import { PRESET_DESCRIPTIONS, PRESET_NAMES, presetConfiguration } from '../../../src/study/presets';
import type { TrainingPoint } from '../../../src/study/snapshot';
import { isBetter } from '../../../src/study/validation';

describe('presets', () => {
  test.each(PRESET_NAMES)('%s is a valid configuration that carries its name', (name) => {
    const configuration = presetConfiguration(name);
    expect(v.parse(studyConfigurationSchema, configuration)).toEqual(configuration);
    expect(configuration.preset).toBe(name);
    expect(PRESET_DESCRIPTIONS[name]).toMatch(/\.$/);
  });
});

describe('soft methods', () => {
  const { models, ...demo } = presetConfiguration('demo');
  const teacher = {
    source: 'transformers',
    repository: 'owner/name',
    revision: 'main',
    dtype: 'q4',
    task: 'text-generation',
  } as const;
  const parsed = (configuration: object) => v.safeParse(studyConfigurationSchema, configuration);

  test('need a teacher with the student’s tokens', () => {
    const foreign = { ...demo, models: { ...models, teacher } };
    expect(parsed(foreign).success).toBe(true);
    const [issue] = parsed({ ...foreign, methods: ['cot', 'cot-soft'] }).issues ?? [];
    expect(issue?.message).toMatch(/answer-soft, cot-soft, feedback-soft.*choose a T5/);
    expect(parsed({ ...demo, models, methods: ['cot-soft'] }).success).toBe(true);
  });

  test('learn as published where a stored study does not say how', () => {
    const { soft, ...training } = demo.training;
    expect(parsed({ ...demo, models, training }).output).toEqual({ ...demo, models });
    expect(soft).toEqual({ lambda: 0.3, temperature: 2, topK: 16 });
    for (const wrong of [{ lambda: 1.1 }, { temperature: 0 }, { topK: 257 }, { topK: 1.5 }]) {
      const changed = { ...training, soft: { ...soft, ...wrong } };
      expect(parsed({ ...demo, models, training: changed }).success, JSON.stringify(wrong)).toBe(
        false,
      );
    }
  });
});

describe('the budget', () => {
  const set = (examples: number, tokensEach: number) => ({
    examples: Array.from({ length: examples }, () => ({ input: [1], target: [1] })),
    leftOut: {},
    targetTokens: examples * tokensEach,
    inputTokens: 0,
  });
  const training = { targetTokens: 10_000, maximumUpdates: 50, batchSize: 10 };

  test('is as many updates as the target tokens allow, rounded up', () => {
    expect(plannedUpdates(set(100, 30), training)).toBe(Math.ceil(10_000 / 300));
  });

  test('is the maximum of updates where targets are short', () => {
    expect(plannedUpdates(set(100, 3), training)).toBe(50);
  });

  test('counts the smaller batches of a method with few examples', () => {
    expect(plannedUpdates(set(4, 100), { ...training, maximumUpdates: 1000 })).toBe(25);
  });

  test('is nothing without examples', () => {
    expect(plannedUpdates(set(0, 0), training)).toBe(0);
  });
});

describe('batches', () => {
  test('hold similar lengths, every index once, and break ties by index', () => {
    const batches = lengthBatches([5, 9, 5, 1, 9, 2], 2);
    expect(batches).toEqual([
      [3, 5],
      [0, 2],
      [1, 4],
    ]);
  });

  test('seeds differ by problem, by sample and by study, and stay the same', () => {
    const seeds = [
      sampleSeed(1, 'a', 0),
      sampleSeed(1, 'a', 1),
      sampleSeed(1, 'b', 0),
      sampleSeed(2, 'a', 0),
    ];
    expect(new Set(seeds).size).toBe(4);
    expect(sampleSeed(1, 'a', 0)).toBe(seeds[0]);
  });
});

describe('the training curve', () => {
  test('has few points, each the mean of its updates', () => {
    const interval = curveInterval(600);
    expect(interval).toBe(2);
    let curve: readonly TrainingPoint[] = [];
    [4, 2, 7].forEach((loss, index) => {
      const point = {
        update: index + 1,
        loss,
        learningRate: index / 10,
        gradientNorm: 2 * loss,
        tokensPerSecond: 100 * loss,
        memoryBytes: 10 - index,
      };
      curve = extendCurve(curve, point, interval);
    });
    const mean = { loss: 3, gradientNorm: 6, tokensPerSecond: 300 };
    expect(curve).toEqual([
      { update: 2, ...mean, learningRate: 0.1, memoryBytes: 10 },
      {
        update: 3,
        loss: 7,
        gradientNorm: 14,
        tokensPerSecond: 700,
        learningRate: 0.2,
        memoryBytes: 8,
      },
    ]);
    // A point that an earlier version began has a loss alone.
    const point = { update: 2, ...mean, learningRate: 0.1, memoryBytes: 10 };
    const begun = extendCurve([{ update: 1, loss: 5 }], point, 2);
    expect(begun[0]).toMatchObject({ update: 2, loss: 4, gradientNorm: 6 });
    expect(curveInterval(5)).toBe(1);
  });
});

describe('an update that was skipped', () => {
  const point = (update: number, loss: number) => {
    const rest = { learningRate: 0.1, gradientNorm: 1, tokensPerSecond: 1, memoryBytes: 1 };
    return { update, loss, ...rest };
  };
  const curveOf = (losses: readonly number[]) =>
    losses
      .reduce<readonly TrainingPoint[]>(
        (curve, loss, index) => extendCurve(curve, point(index + 1, loss), 3),
        [],
      )
      .map(({ update, loss }) => [update, loss]);

  test('has no part in the training curve, wherever it falls', () => {
    expect(curveOf([1, Number.NaN, 4, 5])).toEqual([
      [3, 2],
      [4, 5],
    ]);
    expect(curveOf([1, 1, 1, Number.POSITIVE_INFINITY, 5, 8])).toEqual([
      [3, 1],
      [6, 6],
    ]);
    expect(curveOf([Number.NaN, Number.NaN, Number.NaN])).toEqual([]);
    expect(extendCurve([], { ...point(1, 2), gradientNorm: Number.NaN }, 3)).toEqual([]);
  });
});

describe('the best student', () => {
  const point = (exactMatch: number, loss: number) => ({
    update: 1,
    exactMatch,
    loss,
    tokenAccuracy: 0,
  });
  test('has more exact matches, then the lower loss', () => {
    expect(isBetter(point(0, 9), undefined)).toBe(true);
    expect(isBetter(point(0.2, 9), point(0.1, 1))).toBe(true);
    expect(isBetter(point(0.1, 1), point(0.2, 9))).toBe(false);
    expect(isBetter(point(0.2, 1), point(0.2, 2))).toBe(true);
    expect(isBetter(point(0.2, 2), point(0.2, 2))).toBe(false);
  });
});

test('a study has a name people can say, the same for the same seed and time', () => {
  expect(studyName(1, 2)).toMatch(/^[a-z]+-[a-z]+-\d\d$/);
  expect(studyName(1, 2)).toBe(studyName(1, 2));
  expect(studyName(1, 2)).not.toBe(studyName(1, 3));
});

test('an update belongs to the round that began before it', () => {
  const round = (from: number) => ({ from, updates: 4, examples: 8 });
  const run = { rounds: [round(0), round(4), round(8)] };
  expect([0, 1, 4, 5, 8, 9, 12].map((update) => roundOfUpdate(run, update))).toEqual([
    1, 1, 1, 2, 2, 3, 3,
  ]);
  expect(roundOfUpdate({}, 7)).toBe(1);
});
