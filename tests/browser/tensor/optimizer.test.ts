/** Updates of all parameters at once on WebGPU against one parameter after the other, and skipped ones. */

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { Random } from '../../../src/data/random';
import { Adafactor, createAdafactor } from '../../../src/distill/optimizers/adafactor';
import { AdamW, createAdamW } from '../../../src/distill/optimizers/adamw';
import { GroupedAdafactor } from '../../../src/distill/optimizers/grouped-adafactor';
import { GroupedAdamW } from '../../../src/distill/optimizers/grouped-adamw';
import type { Optimizer } from '../../../src/distill/optimizers/optimizer';
import { selectBackend } from '../../../src/tensor/backend';
import { assertDeviceSound } from '../../../src/tensor/device-trouble';
import { gradientNorm } from '../../../src/tensor/gradient-norm';
import {
  haveSameBits,
  inPlainJavaScript,
  normalTensor,
  noteErrorShare,
  plainValuesOf,
  valuesOf,
} from './same-values';

/** More than one group of every kind: a scalar row, sizes around a workgroup's and its stride's. */
const SHAPES: readonly number[][] = [
  [1],
  [3],
  [255],
  [256],
  [257],
  [16, 65],
  [33, 129],
  [12],
  [300, 70],
  [5],
  [70_001],
];

const OPTIONS = {
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.1,
  decays: (name: string) => !name.endsWith('3'),
};

beforeAll(async () => {
  await selectBackend('webgpu', { wasmBinary: '' });
});

function parametersOf(seed: number): Map<string, tf.Variable> {
  const random = new Random(seed);
  return new Map(
    SHAPES.map((shape, index): [string, tf.Variable] => {
      const initial = normalTensor(random, shape);
      const variable = tf.variable(initial);
      initial.dispose();
      return [`p${index}`, variable];
    }),
  );
}

function gradientsOf(update: number, strange = 0): Map<string, tf.Tensor> {
  const random = new Random(update);
  return new Map(
    SHAPES.map((shape, index): [string, tf.Tensor] => {
      const gradient = normalTensor(random, shape, update);
      if (strange === 0 || index !== SHAPES.length - 1) return [`p${index}`, gradient];
      const last = tf.tidy(() =>
        tf.concat([tf.slice(gradient, [0], [70_000]), tf.tensor1d([strange])]),
      );
      gradient.dispose();
      return [`p${index}`, last];
    }),
  );
}

async function bits(optimizer: Optimizer, parameters: ReadonlyMap<string, tf.Variable>) {
  const values = new Map<string, Float32Array>();
  for (const [name, variable] of parameters) {
    const [copy] = await valuesOf(() => [tf.add(variable, 0)]);
    if (copy) values.set(name, copy.values);
  }
  for (const name of optimizer.stateShapes.keys()) {
    const [copy] = await valuesOf(() => [optimizer.copyState(name)]);
    if (copy) values.set(name, copy.values);
  }
  return values;
}

/** Which parameters and states differ in any bit. */
function differing(
  found: ReadonlyMap<string, Float32Array>,
  expected: ReadonlyMap<string, Float32Array>,
): string[] {
  expect([...found.keys()]).toEqual([...expected.keys()]);
  return [...found].flatMap(([name, values]) =>
    haveSameBits(values, expected.get(name)) ? [] : [name],
  );
}

/** Relative to the largest value of a parameter or state. */
const TOLERANCE = 3e-6;

function expectNear(
  found: ReadonlyMap<string, Float32Array>,
  expected: ReadonlyMap<string, Float32Array>,
): void {
  expect([...found.keys()]).toEqual([...expected.keys()]);
  for (const [name, values] of expected) {
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30);
    const own = found.get(name);
    const worst = values.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - (own?.[index] ?? NaN))),
      0,
    );
    expect(worst / scale, name).toBeLessThan(TOLERANCE);
    noteErrorShare(worst / scale / TOLERANCE);
  }
}

type Settings = Parameters<Optimizer['step']>[2];

/** Updates as one parameter after the other gets them, in plain JavaScript: what each said, and all bits after them. */
function oneByOne(
  seed: number,
  create: (parameters: ReadonlyMap<string, tf.Variable>) => Optimizer,
  updates: number,
) {
  return inPlainJavaScript(async () => {
    const parameters = parametersOf(seed);
    const optimizer = create(parameters);
    const outcomes: Awaited<ReturnType<Optimizer['step']>>[] = [];
    for (let update = 1; update <= updates; update++) {
      const gradients = gradientsOf(update);
      const loss = tf.scalar(update);
      outcomes.push(await optimizer.step(gradients, loss, halfClipped(updates)(update)));
      tf.dispose([loss, ...gradients.values()]);
    }
    const after = await bits(optimizer, parameters);
    tf.dispose([...parameters.values()]);
    optimizer.dispose();
    return { outcomes, after };
  });
}

/** Updates whose first half is clipped and whose second half is not. */
const halfClipped =
  (updates: number) =>
  (update: number): Settings => ({
    update,
    learningRate: 0.01,
    clipNorm: update <= updates / 2 ? 10 : 1e6,
  });

/** The usual limit of a binding, and one that keeps the moments of larger parameters apart. */
test.each([128 * 1024 * 1024, 9_000])(
  'four updates with at most %i bytes a binding are those of one parameter after the other',
  async (bindingBytes) => {
    const expected = await oneByOne(1, (given) => new AdamW(given, OPTIONS), 4);
    const parameters = parametersOf(1);
    const grouped = new GroupedAdamW(parameters, OPTIONS, bindingBytes);
    for (let update = 1; update <= 4; update++) {
      const gradients = gradientsOf(update);
      const loss = tf.scalar(update);
      const before = tf.memory().numTensors;
      const outcome = await grouped.step(gradients, loss, halfClipped(4)(update));
      expect(tf.memory().numTensors).toBe(before);
      const wanted = expected.outcomes[update - 1];
      expect(outcome.loss).toBe(wanted?.loss);
      expect(outcome.skipped).toBe(false);
      expect(outcome.gradientNorm / (wanted?.gradientNorm ?? NaN)).toBeCloseTo(1, 5);
      tf.dispose([loss, ...gradients.values()]);
    }
    expectNear(await bits(grouped, parameters), expected.after);
    tf.dispose([...parameters.values()]);
    grouped.dispose();
  },
);

test.each([
  ['a gradient that is NaN', NaN, 1, 'NaN'],
  ['a gradient that is infinite', -Infinity, 1, 'NaN'],
  ['a gradient whose square is infinite', 3e19, 1, 'Infinity'],
  ['a loss that is NaN', 0, NaN, 'finite'],
  ['a loss that is infinite', 0, Infinity, 'finite'],
])('%s changes nothing', async (_, strange, lossValue, norm) => {
  const parameters = parametersOf(2);
  const optimizer = createAdamW(parameters, OPTIONS);
  expect(optimizer).toBeInstanceOf(GroupedAdamW);
  const settings = { update: 1, learningRate: 0.01, clipNorm: 1 };
  const step = async (gradients: Map<string, tf.Tensor>, value: number) => {
    const loss = tf.scalar(value);
    const outcome = await optimizer.step(gradients, loss, settings);
    tf.dispose([loss, ...gradients.values()]);
    return outcome;
  };
  await step(gradientsOf(1), 1);
  const before = await bits(optimizer, parameters);
  const outcome = await step(gradientsOf(2, strange), lossValue);
  expect(outcome.skipped).toBe(true);
  expect(outcome.loss).toBe(lossValue);
  const { gradientNorm: found } = outcome;
  expect(Number.isFinite(found) ? 'finite' : String(found)).toBe(norm);
  expect(differing(await bits(optimizer, parameters), before)).toEqual([]);
  expect((await step(gradientsOf(3), 1)).skipped).toBe(false);
  expect(differing(await bits(optimizer, parameters), before)).not.toEqual([]);
  tf.dispose([...parameters.values()]);
  optimizer.dispose();
});

test.each([128 * 1024 * 1024, 9_000])(
  'a state put back gives the same bits (at most %i bytes a binding)',
  async (bindingBytes) => {
    const parameters = parametersOf(4);
    const optimizer = new GroupedAdamW(parameters, OPTIONS, bindingBytes);
    const step = async (update: number) => {
      const gradients = gradientsOf(update);
      const loss = tf.scalar(1);
      await optimizer.step(gradients, loss, { update, learningRate: 0.01, clipNorm: 1 });
      tf.dispose([loss, ...gradients.values()]);
    };
    await step(1);
    const saved = await bits(optimizer, parameters);
    await step(2);
    const expected = await bits(optimizer, parameters);
    for (const [name, variable] of parameters) {
      tf.tidy(() => variable.assign(tf.tensor(saved.get(name) ?? [], variable.shape)));
    }
    optimizer.assignState(saved);
    expect(differing(await bits(optimizer, parameters), saved)).toEqual([]);
    await step(2);
    expect(differing(await bits(optimizer, parameters), expected)).toEqual([]);
    tf.dispose([...parameters.values()]);
    optimizer.dispose();
    expect(() => optimizer.copyState('first.q')).toThrow(/expected a state "first.q"/);
  },
);

test('two Adafactor updates are those of one parameter after the other, a skipped one is none', async () => {
  const options = { epsilon: 1e-30, clipThreshold: 1, decayRate: -0.8 };
  const expected = await oneByOne(6, (given) => new Adafactor(given, options), 2);
  const parameters = parametersOf(6);
  const grouped = createAdafactor(parameters, options);
  expect(grouped).toBeInstanceOf(GroupedAdafactor);
  const step = async (update: number, strange = 0) => {
    const gradients = gradientsOf(update, strange);
    const loss = tf.scalar(update);
    const outcome = await grouped.step(gradients, loss, halfClipped(2)(update));
    tf.dispose([loss, ...gradients.values()]);
    return outcome;
  };
  for (let update = 1; update <= 2; update++) {
    const before = tf.memory().numTensors;
    await step(update);
    expect(tf.memory().numTensors).toBe(before);
  }
  const found = await bits(grouped, parameters);
  expectNear(found, expected.after);
  expect((await step(3, NaN)).skipped).toBe(true);
  expect(differing(await bits(grouped, parameters), found)).toEqual([]);
  await step(3);
  const after = await bits(grouped, parameters);
  for (const [name, variable] of parameters) {
    tf.tidy(() => variable.assign(tf.tensor(found.get(name) ?? [], variable.shape)));
  }
  grouped.assignState(found);
  await step(3);
  expect(differing(await bits(grouped, parameters), after)).toEqual([]);
  tf.dispose([...parameters.values()]);
  grouped.dispose();
});

test('clones made before an update keep their values', async () => {
  const parameter = tf.variable(tf.tensor1d([1, 2, 3]));
  const clone = tf.clone(parameter);
  const optimizer = createAdamW(new Map([['p', parameter]]), OPTIONS);
  const gradient = tf.ones([3]);
  const loss = tf.scalar(1);
  const settings = { update: 1, learningRate: 0.1, clipNorm: 1 };
  await optimizer.step(new Map([['p', gradient]]), loss, settings);
  expect([...(await clone.data())]).toEqual([1, 2, 3]);
  expect((await parameter.data())[0]).toBeLessThan(0.95);
  tf.dispose([parameter, clone, gradient, loss]);
  optimizer.dispose();
});

test('the norm of many gradients, and the settings passed on', async () => {
  const [control] = await valuesOf(() => {
    const gradients = [...gradientsOf(5).values(), tf.fill([2], 2)];
    return [gradientNorm(gradients, tf.scalar(7), [0.5, 1, 2, 3])];
  });
  const [norm] = await plainValuesOf(() => [
    tf.sqrt(
      tf.add(
        [...gradientsOf(5).values()]
          .map((gradient) => tf.sum(tf.square(gradient)))
          .reduce((sum, next) => tf.add(sum, next)),
        8,
      ),
    ),
  ]);
  const expected = norm?.values[0] ?? NaN;
  const [loss, found = NaN, skipped, scale = NaN, ...settings] = [...(control?.values ?? [])];
  expect([loss, skipped, ...settings]).toEqual([7, 0, 1, 2, 3]);
  expect(found / expected).toBeCloseTo(1, 5);
  expect(scale * (expected + 1e-6)).toBeCloseTo(0.5, 5);
  assertDeviceSound();
});

test('a tiny norm is clipped as PyTorch clips it, by a millionth less', async () => {
  const [control] = await valuesOf(() => [
    gradientNorm([tf.tensor1d([3e-6])], tf.scalar(0), [1e-6]),
  ]);
  expect(control?.values[3]).toBeCloseTo(0.25, 5);
});
