/** The kernels of the WebGPU backend that choose the next tokens, a workgroup a row of logits. */

import type * as tf from '@tensorflow/tfjs-core';
import { input, numberAttribute } from '../kernel-inputs';
import type { Kernel } from './kernel';
import type { KernelRunner } from './kernel-runner';
import { kernelVariants } from './kernel-variants';
import type { Kernels } from './register';
import { workgroupReduction } from './workgroup';

const INVOCATIONS = 256;
/** For the likeliest token: with vectors they have twice as many bytes on their way as 256 have with floats. */
const LIKELIEST_INVOCATIONS = 128;
/** Tokens of one invocation's share of the vocabulary, at most. */
const LONGEST_SHARE = 1024;

const MAXIMUM = workgroupReduction(
  'workgroupMaximum',
  'f32',
  INVOCATIONS,
  (a, b) => `max(${a}, ${b})`,
);

const LIKELIER = workgroupReduction(
  'likeliestOf',
  'Candidate',
  LIKELIEST_INVOCATIONS,
  (a, b) => `likelier(${a}, ${b})`,
);

/** With `vectors`, for vocabularies that are a multiple of 4, four logits are one load. */
const likeliest = kernelVariants(({ vectors }: { vectors: boolean }): Kernel => {
  const fours = vectors ? ['x', 'y', 'z', 'w'] : [''];
  const count = vectors ? 'uniforms.vocabulary / 4u' : 'uniforms.vocabulary';
  const comparisons = fours.map((component, place) => {
    const score = vectors ? `loaded.${component}` : 'loaded';
    return `if (${score} > best.score) { best = Candidate(${score}, ${fours.length}u * i + ${place}u); }`;
  });
  return {
    name: 'ChooseTokens',
    variant: vectors ? 'vectors' : '',
    bindings: [
      { name: 'logits', access: 'read', type: vectors ? 'array<vec4<f32>>' : 'array<f32>' },
      { name: 'tokens', access: 'write', type: 'array<i32>' },
    ],
    uniforms: [{ name: 'vocabulary', type: 'u32' }],
    code: `
struct Candidate { score: f32, token: u32 }
/** Of equal scores the first token. */
fn likelier(a: Candidate, b: Candidate) -> Candidate {
  if (b.score > a.score || (b.score == a.score && b.token < a.token)) { return b; }
  return a;
}
${LIKELIER}
@compute @workgroup_size(${LIKELIEST_INVOCATIONS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let count = ${count};
  let start = group.x * count;
  var best = Candidate(-3.4e38, 0u);
  for (var i = lane; i < count; i += ${LIKELIEST_INVOCATIONS}u) {
    let loaded = logits[start + i];
    ${comparisons.join('\n    ')}
  }
  let winner = likeliestOf(best, lane);
  if (lane == 0u) { tokens[group.x] = i32(winner.token); }
}`,
  };
});

/**
 * Inverse-transform sampling as `sampleToken` in `src/t5/generate.ts` does it: the k-th largest score by
 * radix selection, the weights' sums in shares of the vocabulary, then the share and the token in it where
 * the running sum passes the random number.
 */
const DRAW: Kernel = {
  name: 'DrawTokens',
  variant: '',
  bindings: [
    { name: 'logits', access: 'read', type: 'array<f32>' },
    { name: 'draws', access: 'read', type: 'array<f32>' },
    { name: 'tokens', access: 'write', type: 'array<i32>' },
  ],
  uniforms: [
    { name: 'vocabulary', type: 'u32' },
    { name: 'topK', type: 'u32' },
    { name: 'firstDraw', type: 'u32' },
    { name: 'temperature', type: 'f32' },
  ],
  code: `
var<workgroup> sums: array<f32, ${INVOCATIONS}>;
var<workgroup> counts: array<atomic<u32>, 256>;
var<workgroup> weights: array<f32, ${LONGEST_SHARE}>;
var<workgroup> prefix: u32;
var<workgroup> wanted: u32;
var<workgroup> chosenShare: u32;
var<workgroup> remaining: f32;
${MAXIMUM}
/** An integer that is larger where the float is. */
fn orderOf(value: f32) -> u32 {
  let bits = bitcast<u32>(select(value, 0.0, value == 0.0));
  return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}
fn weightOf(score: f32, highest: f32, threshold: u32) -> f32 {
  if (orderOf(score) < threshold) { return 0.0; }
  return exp((score - highest) / uniforms.temperature);
}
/** The order of the k-th largest score, a byte of it after the other. */
fn thresholdOf(start: u32, lane: u32) -> u32 {
  if (lane == 0u) {
    prefix = 0u;
    wanted = uniforms.topK;
  }
  for (var shift = 24u; shift < 32u; shift -= 8u) {
    atomicStore(&counts[lane], 0u);
    workgroupBarrier();
    let before = prefix;
    for (var token = lane; token < uniforms.vocabulary; token += ${INVOCATIONS}u) {
      let order = orderOf(logits[start + token]);
      // Two shifts, because one by 32 bits is none.
      if (((order ^ before) >> shift) >> 8u == 0u) { atomicAdd(&counts[(order >> shift) & 255u], 1u); }
    }
    workgroupBarrier();
    if (lane == 0u) {
      var byte = 255u;
      var left = wanted;
      while (byte > 0u && atomicLoad(&counts[byte]) < left) {
        left -= atomicLoad(&counts[byte]);
        byte--;
      }
      prefix = before | (byte << shift);
      wanted = left;
    }
    workgroupBarrier();
  }
  return prefix;
}
@compute @workgroup_size(${INVOCATIONS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let start = group.x * uniforms.vocabulary;
  var own = -3.4e38;
  for (var token = lane; token < uniforms.vocabulary; token += ${INVOCATIONS}u) {
    own = max(own, logits[start + token]);
  }
  let highest = workgroupMaximum(own, lane);
  var threshold = 0u;
  if (uniforms.topK < uniforms.vocabulary) { threshold = thresholdOf(start, lane); }

  let share = (uniforms.vocabulary + ${INVOCATIONS - 1}u) / ${INVOCATIONS}u;
  var sum = 0.0;
  for (var token = lane * share; token < min((lane + 1u) * share, uniforms.vocabulary); token++) {
    sum += weightOf(logits[start + token], highest, threshold);
  }
  sums[lane] = sum;
  workgroupBarrier();
  if (lane == 0u) {
    var total = 0.0;
    for (var i = 0u; i < ${INVOCATIONS}u; i++) { total += sums[i]; }
    var left = draws[uniforms.firstDraw + group.x] * total;
    var last = 0u;
    var found = false;
    for (var i = 0u; i < ${INVOCATIONS}u && !found; i++) {
      if (sums[i] == 0.0) { continue; }
      last = i;
      if (left < sums[i]) { found = true; } else { left -= sums[i]; }
    }
    chosenShare = last;
    // Where rounding left the sum short of the number, it is the last possible token.
    remaining = select(total, left, found);
  }
  workgroupBarrier();
  let first = chosenShare * share;
  let count = min(share, uniforms.vocabulary - first);
  for (var i = lane; i < count; i += ${INVOCATIONS}u) {
    weights[i] = weightOf(logits[start + first + i], highest, threshold);
  }
  workgroupBarrier();
  if (lane == 0u) {
    var left = remaining;
    var chosen = first;
    for (var i = 0u; i < count; i++) {
      if (weights[i] == 0.0) { continue; }
      chosen = first + i;
      left -= weights[i];
      if (left < 0.0) { break; }
    }
    tokens[group.x] = i32(chosen);
  }
}`,
};

/** `ChooseTokens` gives the likeliest token of every row of `logits`, `DrawTokens` one drawn with `uniforms`. */
export function chooseTokensKernels(runner: KernelRunner): Kernels {
  const sizesOf = ({ shape }: tf.TensorInfo) => {
    const [rows = 0, vocabulary = 0] = shape;
    return { rows, vocabulary };
  };
  return {
    ChooseTokens: ({ inputs }) => {
      const logits = input(inputs, 'logits');
      const { rows, vocabulary } = sizesOf(logits);
      const tokens = runner.output([rows], 'int32');
      runner.run(likeliest({ vectors: vocabulary % 4 === 0 }), [logits, tokens], { vocabulary }, [
        rows,
      ]);
      return tokens;
    },
    DrawTokens: ({ inputs, attrs }) => {
      const logits = input(inputs, 'logits');
      const { rows, vocabulary } = sizesOf(logits);
      if (vocabulary > INVOCATIONS * LONGEST_SHARE) {
        throw new Error(
          `Drawing tokens on WebGPU: expected a vocabulary of at most ${INVOCATIONS * LONGEST_SHARE}, found ${vocabulary}. Choose the WebAssembly backend.`,
        );
      }
      const tokens = runner.output([rows], 'int32');
      const uniforms = {
        vocabulary,
        topK: numberAttribute(attrs, 'topK'),
        firstDraw: numberAttribute(attrs, 'step') * rows,
        temperature: numberAttribute(attrs, 'temperature'),
      };
      runner.run(DRAW, [logits, input(inputs, 'uniforms'), tokens], uniforms, [rows]);
      return tokens;
    },
  };
}
