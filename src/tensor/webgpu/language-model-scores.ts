/** The kernel that scores rows of logits against their labels on WebGPU. */

import { input, numberAttribute } from '../kernel-inputs';
import type { Kernel } from './kernel';
import type { KernelRunner } from './kernel-runner';
import type { Kernels } from './register';
import { ROW_OF_WORKGROUP, workgroupReduction, workgroupsOfRows } from './workgroup';

/** Invocations that share one row of logits. */
const INVOCATIONS = 256;

/** One workgroup a row: the loss, and whether the label comes first; of equal logits the first one does. */
const SCORES: Kernel = {
  name: 'LanguageModelScores',
  variant: '',
  bindings: [
    { name: 'logits', access: 'read', type: 'array<f32>' },
    { name: 'labels', access: 'read', type: 'array<i32>' },
    { name: 'losses', access: 'write', type: 'array<f32>' },
    { name: 'correct', access: 'write', type: 'array<f32>' },
  ],
  uniforms: [
    { name: 'rows', type: 'u32' },
    { name: 'vocabulary', type: 'u32' },
    { name: 'first', type: 'u32' },
    { name: 'ignored', type: 'i32' },
  ],
  code: `${ROW_OF_WORKGROUP}
${workgroupReduction('workgroupSum', 'f32', INVOCATIONS, (a, b) => `${a} + ${b}`)}
${workgroupReduction('workgroupMaximum', 'f32', INVOCATIONS, (a, b) => `max(${a}, ${b})`)}
${workgroupReduction('workgroupFirst', 'u32', INVOCATIONS, (a, b) => `min(${a}, ${b})`)}
@compute @workgroup_size(${INVOCATIONS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = rowOfWorkgroup(group);
  if (row >= uniforms.rows) { return; }
  let start = row * uniforms.vocabulary;
  let label = labels[uniforms.first + row];
  if (label == uniforms.ignored) {
    if (lane == 0u) { losses[row] = 0.0; correct[row] = 0.0; }
    return;
  }
  var largest = -3.0e38;
  var place = uniforms.vocabulary;
  var exponentials = 0.0;
  for (var i = lane; i < uniforms.vocabulary; i += ${INVOCATIONS}u) {
    let x = logits[start + i];
    if (x > largest) {
      exponentials *= exp(largest - x);
      largest = x;
      place = i;
    }
    exponentials += exp(x - largest);
  }
  let most = workgroupMaximum(largest, lane);
  let total = workgroupSum(exponentials * exp(largest - most), lane);
  let best = workgroupFirst(select(uniforms.vocabulary, place, largest == most), lane);
  if (lane == 0u) {
    losses[row] = most + log(total) - logits[start + u32(label)];
    correct[row] = select(0.0, 1.0, best == u32(label));
  }
}`,
};

/** `LanguageModelScores` takes the logits of some of the rows, from row `first` on, and gives losses and hits. */
export function languageModelScoreKernels(runner: KernelRunner): Kernels {
  return {
    LanguageModelScores: ({ inputs, attrs }) => {
      const logits = input(inputs, 'logits');
      const [rows = 0, vocabulary = 0] = logits.shape;
      const losses = runner.output([rows]);
      const correct = runner.output([rows]);
      const first = numberAttribute(attrs, 'first');
      const uniforms = { rows, vocabulary, first, ignored: numberAttribute(attrs, 'ignored') };
      const tensors = [logits, input(inputs, 'labels'), losses, correct];
      runner.run(SCORES, tensors, uniforms, workgroupsOfRows(rows));
      return [losses, correct];
    },
  };
}
