/** The kernels of the language-model loss on WebGPU: what a row counts, and its loss with the gradient in place. */

import type * as tf from '@tensorflow/tfjs-core';
import { input, numberAttribute } from '../kernel-inputs';
import type { Kernel } from './kernel';
import type { KernelRunner } from './kernel-runner';
import type { Kernels } from './register';
import { IS_FINITE, ROW_OF_WORKGROUP, workgroupReduction, workgroupsOfRows } from './workgroup';

/** Invocations that share one row of logits. */
const INVOCATIONS = 256;

const sum = (type: string): string =>
  workgroupReduction(
    type === 'f32' ? 'workgroupSum' : 'workgroupSums',
    type,
    INVOCATIONS,
    (a, b) => `${a} + ${b}`,
  );
const MAXIMUM = workgroupReduction(
  'workgroupMaximum',
  'f32',
  INVOCATIONS,
  (a, b) => `max(${a}, ${b})`,
);

/** `weight / total` of every labelled row, 0 of the others; the total is computed where none is given. */
const COEFFICIENTS: Kernel = {
  name: 'LanguageModelCoefficients',
  variant: '',
  bindings: [
    { name: 'labels', access: 'read', type: 'array<i32>' },
    { name: 'weights', access: 'read', type: 'array<f32>' },
    { name: 'coefficients', access: 'write', type: 'array<f32>' },
  ],
  uniforms: [
    { name: 'rows', type: 'u32' },
    { name: 'ignored', type: 'i32' },
    { name: 'totalWeight', type: 'f32' },
  ],
  code: `${sum('f32')}
@compute @workgroup_size(${INVOCATIONS})
fn main(@builtin(local_invocation_index) lane: u32) {
  var weight = 0.0;
  for (var row = lane; row < uniforms.rows; row += ${INVOCATIONS}u) {
    if (labels[row] != uniforms.ignored) { weight += weights[row]; }
  }
  var total = max(workgroupSum(weight, lane), 1e-12);
  if (uniforms.totalWeight > 0.0) { total = uniforms.totalWeight; }
  for (var row = lane; row < uniforms.rows; row += ${INVOCATIONS}u) {
    coefficients[row] = select(0.0, weights[row] / total, labels[row] != uniforms.ignored);
  }
}`,
};

/**
 * One workgroup a row of logits: largest value and sum of exponentials in one pass (Milakov and
 * Gimelshein 2018), then the gradient over the logits. Every invocation writes the columns it read.
 */
function rowsKernel(teacher: boolean, gradient: boolean): Kernel {
  return {
    name: 'LanguageModelLossRows',
    variant: `${teacher ? 'teacher' : ''}${gradient ? 'gradient' : ''}`,
    bindings: [
      { name: 'logits', access: gradient ? 'write' : 'read', type: 'array<f32>' },
      { name: 'labels', access: 'read', type: 'array<i32>' },
      { name: 'coefficients', access: 'read', type: 'array<f32>' },
      { name: 'losses', access: 'write', type: 'array<f32>' },
      ...(teacher
        ? ([
            { name: 'teacherIds', access: 'read', type: 'array<i32>' },
            { name: 'teacherLogits', access: 'read', type: 'array<f32>' },
          ] as const)
        : []),
    ],
    uniforms: [
      { name: 'rows', type: 'u32' },
      { name: 'vocabulary', type: 'u32' },
      { name: 'first', type: 'u32' },
      { name: 'ignored', type: 'i32' },
      // A constant expression may not be NaN, a uniform may.
      { name: 'notANumber', type: 'u32' },
      ...(teacher
        ? ([
            { name: 'candidates', type: 'u32' },
            { name: 'temperature', type: 'f32' },
            { name: 'share', type: 'f32' },
          ] as const)
        : []),
    ],
    code: `${ROW_OF_WORKGROUP}${IS_FINITE}${sum('f32')}${sum('vec3<f32>')}${MAXIMUM}
@compute @workgroup_size(${INVOCATIONS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = rowOfWorkgroup(group);
  if (row >= uniforms.rows) { return; }
  let start = row * uniforms.vocabulary;
  let at = uniforms.first + row;
  let label = labels[at];
  if (label == uniforms.ignored) {
    ${gradient ? zeroRow : ''}
    if (lane == 0u) { losses[row] = 0.0; }
    return;
  }
  var largest = -3.0e38;
  var hard = 0.0;
  var soft = 0.0;
  var strange = 0.0;
  for (var i = lane; i < uniforms.vocabulary; i += ${INVOCATIONS}u) {
    let x = logits[start + i];
    if (!isFinite(x)) { strange = 1.0; }
    if (x > largest) {
      hard *= exp(largest - x);
      ${teacher ? 'soft *= exp((largest - x) / uniforms.temperature);' : ''}
      largest = x;
    }
    hard += exp(x - largest);
    ${teacher ? 'soft += exp((x - largest) / uniforms.temperature);' : ''}
  }
  let most = workgroupMaximum(largest, lane);
  let sums = workgroupSums(vec3<f32>(
    hard * exp(largest - most),
    ${teacher ? 'soft * exp((largest - most) / uniforms.temperature)' : '0.0'},
    strange,
  ), lane);
  var loss = most + log(sums.x) - logits[start + u32(label)];
  ${teacher ? divergence : ''}
  var coefficient = coefficients[at];
  if (sums.z > 0.0) { coefficient = bitcast<f32>(uniforms.notANumber); }
  if (lane == 0u) { losses[row] = coefficient * loss; }
  ${gradient ? gradientInPlace(teacher) : ''}
}`,
  };
}

const zeroRow = `for (var i = lane; i < uniforms.vocabulary; i += ${INVOCATIONS}u) { logits[start + i] = 0.0; }`;

/** Adds `T² KL(teacher || student)` over the teacher's candidates, whose probabilities sum to one. */
const divergence = `
  let firstCandidate = at * uniforms.candidates;
  var likeliest = -3.0e38;
  for (var i = lane; i < uniforms.candidates; i += ${INVOCATIONS}u) {
    likeliest = max(likeliest, teacherLogits[firstCandidate + i]);
  }
  let top = workgroupMaximum(likeliest, lane);
  var mass = 0.0;
  for (var i = lane; i < uniforms.candidates; i += ${INVOCATIONS}u) {
    mass += exp((teacherLogits[firstCandidate + i] - top) / uniforms.temperature);
  }
  let teacherMass = workgroupSum(mass, lane);
  var apart = 0.0;
  for (var i = lane; i < uniforms.candidates; i += ${INVOCATIONS}u) {
    let expected = (teacherLogits[firstCandidate + i] - top) / uniforms.temperature - log(teacherMass);
    let student = logits[start + u32(teacherIds[firstCandidate + i])];
    let found = (student - most) / uniforms.temperature - log(sums.y);
    apart += exp(expected) * (expected - found);
  }
  let temperatureSquared = uniforms.temperature * uniforms.temperature;
  loss = (1.0 - uniforms.share) * loss
    + uniforms.share * temperatureSquared * workgroupSum(apart, lane);`;

function gradientInPlace(teacher: boolean): string {
  const dense = teacher
    ? `coefficient * ((1.0 - uniforms.share) * exp(x - most) / sums.x
      + uniforms.share * uniforms.temperature * exp((x - most) / uniforms.temperature) / sums.y)`
    : 'coefficient * exp(x - most) / sums.x';
  const taught = `
  for (var i = 0u; i < uniforms.candidates; i++) {
    let column = u32(teacherIds[firstCandidate + i]);
    if (column % ${INVOCATIONS}u == lane) {
      let expected = exp((teacherLogits[firstCandidate + i] - top) / uniforms.temperature) / teacherMass;
      logits[start + column] -= coefficient * uniforms.share * uniforms.temperature * expected;
    }
  }`;
  return `
  // Until here invocations also read columns of others.
  storageBarrier();
  for (var i = lane; i < uniforms.vocabulary; i += ${INVOCATIONS}u) {
    let x = logits[start + i];
    logits[start + i] = ${dense};
  }
  if (u32(label) % ${INVOCATIONS}u == lane) {
    logits[start + u32(label)] -= coefficient${teacher ? ' * (1.0 - uniforms.share)' : ''};
  }
  ${teacher ? taught : ''}`;
}

/**
 * `LanguageModelCoefficients` gives `[rows]`. `LanguageModelLossRows` takes the logits of some of the rows,
 * from row `first` on, gives their losses times their coefficients and, with the attribute `gradient`,
 * leaves the gradient where the logits were.
 */
export function languageModelLossKernels(runner: KernelRunner): Kernels {
  return {
    LanguageModelCoefficients: ({ inputs, attrs }) => {
      const labels = input(inputs, 'labels');
      const [rows = 0] = labels.shape;
      const coefficients = runner.output([rows]);
      runner.run(
        COEFFICIENTS,
        [labels, input(inputs, 'weights'), coefficients],
        {
          rows,
          ignored: numberAttribute(attrs, 'ignored'),
          totalWeight: numberAttribute(attrs, 'totalWeight'),
        },
        [1],
      );
      return coefficients;
    },
    LanguageModelLossRows: ({ inputs, attrs }) => {
      const logits = input(inputs, 'logits');
      const [rows = 0, vocabulary = 0] = logits.shape;
      const losses = runner.output([rows]);
      const teacher = teacherOf(inputs);
      const [, candidates = 0] = teacher[0]?.shape ?? [];
      runner.run(
        rowsKernel(teacher.length > 0, attrs?.['gradient'] === true),
        [logits, input(inputs, 'labels'), input(inputs, 'coefficients'), losses, ...teacher],
        {
          rows,
          vocabulary,
          first: numberAttribute(attrs, 'first'),
          ignored: numberAttribute(attrs, 'ignored'),
          notANumber: 0x7fc00000,
          candidates,
          temperature: numberAttribute(attrs, 'temperature'),
          share: numberAttribute(attrs, 'share'),
        },
        workgroupsOfRows(rows),
      );
      return losses;
    },
  };
}

function teacherOf(inputs: tf.NamedTensorInfoMap): tf.TensorInfo[] {
  const ids = inputs['teacherIds'];
  return ids === undefined ? [] : [ids, input(inputs, 'teacherLogits')];
}
