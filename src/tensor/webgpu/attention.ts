/** The attention kernel of the WebGPU backend: one pass over the keys (online softmax, Dao et al. 2022). */

import { input, numberAttribute } from '../kernel-inputs';
import {
  addTileTimes,
  attentionSizes,
  attentionUniforms,
  declareSums,
  forOwnRows,
  headRows,
  INVOCATIONS,
  LOWEST,
  MASKED,
  NOTHING_SEEN,
  readPart,
  scoreFunctions,
  SCORES_OF_PRODUCTS,
  UNIFORMS,
  STRIDE,
  TILE,
  TILE_MEMORY,
  tileProducts,
  variantFor,
  variantName,
  writePart,
  writeSums,
  type AttentionVariant,
} from './attention-tile';
import { attentionGradientKernels } from './attention-gradient';
import { attentionOfRows } from './attention-of-rows';
import type { KernelRunner } from './kernel-runner';
import { kernelVariants } from './kernel-variants';
import type { Kernels } from './register';

/** Fewer queries than this would leave most of a tile empty. */
const FEWEST_TILED_QUERIES = 5;

/**
 * One workgroup computes 32 queries of one head. Scores live in workgroup memory a tile at a time; of every
 * row its largest score and the sum of exponentials stay, which the gradient computes probabilities from.
 */
const forward = kernelVariants((variant: AttentionVariant) => {
  const { blocks, vectors } = variant;
  const query = { name: 'query', base: 'queryBase', first: 'firstQuery', rows: 'uniforms.queries' };
  const key = { name: 'key', base: 'keyBase', first: 'firstKey', rows: 'uniforms.keys' };
  const value = { ...key, name: 'value' };
  const output = { ...query, name: 'output' };
  const penalty = `(1.0 - mask[batch * uniforms.keys + key]) * ${MASKED}`;
  const rescale = forOwnRows((i, row) => {
    const scaled = Array.from({ length: blocks }, (_, block) => `sums${i}_${block} *= scale;`);
    return `{ let scale = scales[${row}]; ${scaled.join(' ')} }`;
  });
  return {
    name: 'Attention',
    variant: variantName(variant),
    bindings: [
      headRows('query', 'read', vectors),
      headRows('key', 'read', vectors),
      headRows('value', 'read', vectors),
      headRows('output', 'write', vectors),
      { name: 'statistics', access: 'write', type: 'array<vec2<f32>>' },
      { name: 'bias', access: 'read', type: 'array<f32>' },
      { name: 'mask', access: 'read', type: 'array<f32>' },
    ],
    uniforms: UNIFORMS,
    code: `${TILE_MEMORY}
var<workgroup> maxima: array<f32, ${TILE}>;
var<workgroup> totals: array<f32, ${TILE}>;
var<workgroup> scales: array<f32, ${TILE}>;
var<workgroup> sides: array<f32, ${INVOCATIONS}>;
var<workgroup> sawNothing: u32;
${readPart('query', vectors)}
${readPart('key', vectors)}
${readPart('value', vectors)}
${writePart('output', vectors)}
${scoreFunctions(penalty)}
@compute @workgroup_size(${INVOCATIONS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let x = lane % 8u;
  let y = lane / 8u;
  let firstQuery = group.x * ${TILE}u;
  let head = group.y;
  let batch = group.z;
  let queryBase = (batch * uniforms.queries * uniforms.heads + head) * uniforms.size;
  let keyBase = (batch * uniforms.keys * uniforms.heads + head) * uniforms.size;
  if (lane < ${TILE}u) {
    maxima[lane] = ${LOWEST};
    totals[lane] = 0.0;
  }
  ${declareSums('sums', blocks)}
  // First the tiles with something to see. The others weigh nothing beside them, except in rows
  // that have nothing to see: those spread over the masked keys, and need the second visit.
  for (var visit = 0u; visit < 2u; visit++) {
    if (visit == 1u) {
      workgroupBarrier();
      if (lane == 0u) {
        sawNothing = 0u;
        for (var row = 0u; row < min(${TILE}u, uniforms.queries - firstQuery); row++) {
          if (maxima[row] < ${NOTHING_SEEN}) { sawNothing = 1u; }
        }
      }
      if (workgroupUniformLoad(&sawNothing) == 0u) { break; }
    }
    for (var firstKey = 0u; firstKey < uniforms.keys; firstKey += ${TILE}u) {
      if (tileIsSeen(batch, firstQuery, firstKey) == (visit == 1u)) { continue; }
      ${tileProducts('scores', blocks, query, key)}
      ${SCORES_OF_PRODUCTS}
      ${forOwnRows((i, row) => `tile[${row} * ${STRIDE}u + x] = scores${i};`)}
      workgroupBarrier();
      // Two invocations a row, each with 16 of its scores.
      let row = lane / 2u;
      let start = row * ${STRIDE}u + (lane % 2u) * 4u;
      var highest = tile[start];
      for (var i = 1u; i < 4u; i++) { highest = max(highest, tile[start + i]); }
      sides[lane] = max(max(highest.x, highest.y), max(highest.z, highest.w));
      workgroupBarrier();
      let before = maxima[row];
      let now = max(before, max(sides[2u * row], sides[2u * row + 1u]));
      var total = vec4<f32>();
      for (var i = 0u; i < 4u; i++) {
        let weights = exp(tile[start + i] - now);
        tile[start + i] = weights;
        total += weights;
      }
      workgroupBarrier();
      sides[lane] = (total.x + total.y) + (total.z + total.w);
      workgroupBarrier();
      if (lane % 2u == 0u) {
        let scale = exp(before - now);
        scales[row] = scale;
        totals[row] = totals[row] * scale + (sides[lane] + sides[lane + 1u]);
        maxima[row] = now;
      }
      workgroupBarrier();
      ${rescale}
      ${addTileTimes('sums', blocks, value)}
    }
  }
  ${writeSums('sums', blocks, output, (row) => `1.0 / totals[${row}]`)}
  if (lane < ${TILE}u && firstQuery + lane < uniforms.queries) {
    let at = (batch * uniforms.heads + head) * uniforms.queries + firstQuery + lane;
    // Not as one log-sum-exp: beside a largest score of -1e9 the logarithm would round away.
    statistics[at] = vec2<f32>(maxima[lane], 1.0 / totals[lane]);
  }
}`,
  };
});

/**
 * `FusedAttention` gives the output and what its gradient keeps, `[batch, heads, queries, 2]`: the largest
 * score of every row and the inverse of its sum of exponentials above it.
 */
export function attentionKernels(runner: KernelRunner): Kernels {
  return {
    FusedAttention: ({ inputs, attrs }) => {
      const query = input(inputs, 'query');
      const key = input(inputs, 'key');
      const sizes = attentionSizes(query, key, numberAttribute(attrs, 'heads'));
      const { batch, heads, queries, size } = sizes;
      const output = runner.output(query.shape);
      const statistics = runner.output([batch, heads, queries, 2]);
      // Where there is no bias or mask another tensor takes its place, and the uniforms say so.
      const added = [inputs['bias'] ?? query, inputs['mask'] ?? query];
      const tensors = [query, key, input(inputs, 'value'), output, statistics, ...added];
      const uniforms = attentionUniforms(sizes, inputs, attrs);
      if (queries < FEWEST_TILED_QUERIES) {
        runner.run(attentionOfRows(size), tensors, uniforms, [queries, heads, batch]);
      } else {
        const tiles = Math.ceil(queries / TILE);
        runner.run(forward(variantFor(size)), tensors, uniforms, [tiles, heads, batch]);
      }
      return [output, statistics];
    },
    ...attentionGradientKernels(runner),
  };
}
