/** The gradient kernels of attention on WebGPU: probabilities are computed again, tile by tile (Dao 2023). */

import type * as tf from '@tensorflow/tfjs-core';
import { input, numberAttribute } from '../kernel-inputs';
import {
  addTileTimes,
  attentionSizes,
  attentionUniforms,
  declareSums,
  forOwnRows,
  headRows,
  INVOCATIONS,
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
import type { Kernel, KernelBinding } from './kernel';
import type { KernelRunner } from './kernel-runner';
import { kernelVariants } from './kernel-variants';
import type { Kernels } from './register';

const TERM_INVOCATIONS = 64;

/**
 * Gathers what the other kernels need beside the five tensors, in one buffer, because they use the other
 * seven that WebGPU's default limits allow: for every row its largest score, the inverse of its sum of
 * exponentials and `gradient · output`; behind the rows, for every key what its padding adds to scores.
 */
const terms = kernelVariants(({ vectors }: Pick<AttentionVariant, 'vectors'>): Kernel => ({
  name: 'AttentionGradientTerms',
  variant: vectors ? 'vectors' : '',
  bindings: [
    headRows('gradient', 'read', vectors),
    headRows('output', 'read', vectors),
    { name: 'statistics', access: 'read', type: 'array<vec2<f32>>' },
    { name: 'terms', access: 'write', type: 'array<vec4<f32>>' },
    { name: 'mask', access: 'read', type: 'array<f32>' },
  ],
  uniforms: UNIFORMS,
  code: `
${readPart('gradient', vectors)}
${readPart('output', vectors)}
@compute @workgroup_size(${TERM_INVOCATIONS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let batch = group.y;
  let i = group.x * ${TERM_INVOCATIONS}u + lane;
  let rows = uniforms.heads * uniforms.queries;
  if (i < rows) {
    let head = i % uniforms.heads;
    let query = i / uniforms.heads;
    let base = (batch * uniforms.queries * uniforms.heads + head) * uniforms.size;
    var product = 0.0;
    for (var part = 0u; 4u * part < uniforms.size; part++) {
      product += dot(gradientPart(base, query, uniforms.queries, part),
        outputPart(base, query, uniforms.queries, part));
    }
    let at = batch * rows + head * uniforms.queries + query;
    terms[at] = vec4<f32>(statistics[at], product, 0.0);
  } else if (i < rows + uniforms.keys) {
    let key = i - rows;
    var penalty = 0.0;
    if (uniforms.masked == 1u) { penalty = (1.0 - mask[batch * uniforms.keys + key]) * ${MASKED}; }
    terms[uniforms.batch * rows + batch * uniforms.keys + key] = vec4<f32>(penalty, 0.0, 0.0, 0.0);
  }
}`,
}));

const TERM_FUNCTIONS = `
fn rowTerms(batch: u32, head: u32, query: u32) -> vec4<f32> {
  if (query >= uniforms.queries) { return vec4<f32>(); }
  return terms[(batch * uniforms.heads + head) * uniforms.queries + query];
}
fn penaltyOf(batch: u32, key: u32) -> f32 {
  return terms[uniforms.batch * uniforms.heads * uniforms.queries + batch * uniforms.keys + key].x;
}
fn someSawNothing(batch: u32, head: u32, firstQuery: u32) -> bool {
  for (var query = firstQuery; query < min(firstQuery + ${TILE}u, uniforms.queries); query++) {
    if (rowTerms(batch, head, query).x < ${NOTHING_SEEN}) { return true; }
  }
  return false;
}
fn probabilityOf(score: f32, row: vec4<f32>) -> f32 { return exp(score - row.x) * row.y; }`;

const QUERY_ROWS = { base: 'queryBase', first: 'firstQuery', rows: 'uniforms.queries' } as const;
const KEY_ROWS = { base: 'keyBase', first: 'firstKey', rows: 'uniforms.keys' } as const;
const query = { ...QUERY_ROWS, name: 'query' };
const gradient = { ...QUERY_ROWS, name: 'gradient' };
const key = { ...KEY_ROWS, name: 'key' };
const value = { ...KEY_ROWS, name: 'value' };

const BASES = `
  let queryBase = (batch * uniforms.queries * uniforms.heads + head) * uniforms.size;
  let keyBase = (batch * uniforms.keys * uniforms.heads + head) * uniforms.size;`;

/** From `scores` and `products` (gradient times values), rows queries: the scores' gradient in `scores`. */
const SCORE_GRADIENTS = `${SCORES_OF_PRODUCTS}
${forOwnRows(
  (i, row) => `{
  let row = rowTerms(batch, head, firstQuery + ${row});
  scores${i} = exp(scores${i} - row.x) * row.y * (products${i} - row.z);
}`,
)}`;

/** A kernel over the five tensors; it starts with `batch`, `head` and the tile's coordinates `x`, `y`. */
function tiledKernel(
  name: string,
  variant: AttentionVariant,
  outputs: readonly KernelBinding[],
  code: string,
): Kernel {
  const { vectors } = variant;
  const writes = outputs.filter(({ name: output }) => output !== 'gradientOfBias');
  return {
    name,
    variant: variantName(variant),
    bindings: [
      ...[gradient, query, key, value].map((rows) => headRows(rows.name, 'read', vectors)),
      { name: 'terms', access: 'read', type: 'array<vec4<f32>>' },
      { name: 'bias', access: 'read', type: 'array<f32>' },
      ...outputs,
    ],
    uniforms: UNIFORMS,
    code: `${TILE_MEMORY}
${[gradient, query, key, value].map((rows) => readPart(rows.name, vectors)).join('')}
${writes.map((output) => writePart(output.name, vectors)).join('')}
${TERM_FUNCTIONS}
${scoreFunctions('penaltyOf(batch, key)')}
@compute @workgroup_size(${INVOCATIONS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let x = lane % 8u;
  let y = lane / 8u;
  let head = group.y;
${code}
}`,
  };
}

/** `dQ = dS · K` for 32 queries, with `dS = P (dO · Vᵀ - dO · O)`. */
const ofQuery = kernelVariants((variant: AttentionVariant) =>
  tiledKernel(
    'AttentionGradientOfQuery',
    variant,
    [headRows('gradientOfQuery', 'write', variant.vectors)],
    `
  let batch = group.z;
  let firstQuery = group.x * ${TILE}u;
  ${BASES}
  let sawNothing = someSawNothing(batch, head, firstQuery);
  ${declareSums('sums', variant.blocks)}
  for (var firstKey = 0u; firstKey < uniforms.keys; firstKey += ${TILE}u) {
    if (!sawNothing && !tileIsSeen(batch, firstQuery, firstKey)) { continue; }
    ${tileProducts('scores', variant.blocks, query, key)}
    ${tileProducts('products', variant.blocks, gradient, value)}
    ${SCORE_GRADIENTS}
    ${forOwnRows((i, row) => `tile[${row} * ${STRIDE}u + x] = scores${i};`)}
    ${addTileTimes('sums', variant.blocks, key)}
  }
  ${writeSums('sums', variant.blocks, { ...query, name: 'gradientOfQuery' }, () => '1.0')}`,
  ),
);

/** `dV = Pᵀ · dO` and `dK = dSᵀ · Q` for 32 keys. */
const ofKeyAndValue = kernelVariants((variant: AttentionVariant) => {
  const { blocks, vectors } = variant;
  const factors = ['x', 'y', 'z', 'w'] as const;
  const transposed = forOwnRows(
    (i, row) => `
    let probabilities${i} = vec4<f32>(${factors
      .map(
        (part, j) =>
          `probabilityOf(scoreOf(scores${i}.${part}, batch, head, firstQuery + 4u * x + ${j}u, firstKey + ${row}), row${j})`,
      )
      .join(', ')});`,
  );
  const rows = factors.map(
    (_, j) => `let row${j} = rowTerms(batch, head, firstQuery + 4u * x + ${j}u);`,
  );
  return tiledKernel(
    'AttentionGradientOfKeyAndValue',
    variant,
    [headRows('gradientOfKey', 'write', vectors), headRows('gradientOfValue', 'write', vectors)],
    `
  let batch = group.z;
  let firstKey = group.x * ${TILE}u;
  ${BASES}
  ${declareSums('keySums', blocks)}
  ${declareSums('valueSums', blocks)}
  for (var firstQuery = 0u; firstQuery < uniforms.queries; firstQuery += ${TILE}u) {
    if (!tileIsSeen(batch, firstQuery, firstKey) && !someSawNothing(batch, head, firstQuery)) {
      continue;
    }
    ${rows.join('\n    ')}
    ${tileProducts('scores', blocks, key, query)}
    ${transposed}
    ${forOwnRows((i, row) => `tile[${row} * ${STRIDE}u + x] = probabilities${i};`)}
    ${addTileTimes('valueSums', blocks, gradient)}
    ${tileProducts('products', blocks, value, gradient)}
    let inner = vec4<f32>(${factors.map((_, j) => `row${j}.z`).join(', ')});
    ${forOwnRows((i, row) => `tile[${row} * ${STRIDE}u + x] = probabilities${i} * (products${i} - inner);`)}
    ${addTileTimes('keySums', blocks, query)}
  }
  ${writeSums('keySums', blocks, { ...key, name: 'gradientOfKey' }, () => '1.0')}
  ${writeSums('valueSums', blocks, { ...value, name: 'gradientOfValue' }, () => '1.0')}`,
  );
});

/** The scores' gradient summed over the batch, row after row of it, for 32 queries and 32 keys. */
const ofBias = kernelVariants((variant: AttentionVariant) =>
  tiledKernel(
    'AttentionGradientOfBias',
    variant,
    [{ name: 'gradientOfBias', access: 'write', type: 'array<f32>' }],
    `
  let firstKey = group.x * ${TILE}u;
  let firstQuery = group.z * ${TILE}u;
  ${forOwnRows((i) => `var sums${i} = vec4<f32>();`)}
  for (var batch = 0u; batch < uniforms.batch; batch++) {
    if (!tileIsSeen(batch, firstQuery, firstKey) && !someSawNothing(batch, head, firstQuery)) {
      continue;
    }
    ${BASES}
    ${tileProducts('scores', variant.blocks, query, key)}
    ${tileProducts('products', variant.blocks, gradient, value)}
    ${SCORE_GRADIENTS}
    ${forOwnRows((i) => `sums${i} += scores${i};`)}
  }
  ${forOwnRows(
    (i, row) => `for (var j = 0u; j < 4u; j++) {
    let queryRow = firstQuery + ${row};
    let keyRow = firstKey + 4u * x + j;
    if (queryRow < uniforms.queries && keyRow < uniforms.keys) {
      gradientOfBias[(head * uniforms.queries + queryRow) * uniforms.keys + keyRow] = sums${i}[j];
    }
  }`,
  )}`,
  ),
);

/** Gradients of query, key, value and, where there was one, of the bias `[heads, queries, keys]`. */
export function attentionGradientKernels(runner: KernelRunner): Kernels {
  return {
    FusedAttentionGradient: ({ inputs, attrs }) => {
      const queries = input(inputs, 'query');
      const keys = input(inputs, 'key');
      const values = input(inputs, 'value');
      const upstream = input(inputs, 'gradient');
      const { bias, mask } = inputs;
      const sizes = attentionSizes(queries, keys, numberAttribute(attrs, 'heads'));
      const { batch, heads, size } = sizes;
      const uniforms = attentionUniforms(sizes, inputs, attrs);
      const variant = variantFor(size);
      const rows = heads * sizes.queries + sizes.keys;
      const gathered = runner.output([batch, rows, 4]);
      const output = input(inputs, 'output');
      // Where there is no mask or bias another tensor takes its place, and the uniforms say so.
      const forTerms = [upstream, output, input(inputs, 'kept'), gathered, mask ?? queries];
      const termGroups = [Math.ceil(rows / TERM_INVOCATIONS), batch] as const;
      runner.run(terms({ vectors: variant.vectors }), forTerms, uniforms, termGroups);

      const given = [upstream, queries, keys, values, gathered, bias ?? queries];
      const queryTiles = Math.ceil(sizes.queries / TILE);
      const keyTiles = Math.ceil(sizes.keys / TILE);
      const gradientOfQuery = runner.output(queries.shape);
      const forQuery = [...given, gradientOfQuery];
      runner.run(ofQuery(variant), forQuery, uniforms, [queryTiles, heads, batch]);
      const pair = [runner.output(keys.shape), runner.output(values.shape)];
      runner.run(ofKeyAndValue(variant), [...given, ...pair], uniforms, [keyTiles, heads, batch]);
      const gradients: tf.TensorInfo[] = [gradientOfQuery, ...pair];
      if (bias) {
        const gradientOfBias = runner.output(bias.shape);
        const forBias = [...given, gradientOfBias];
        runner.run(ofBias(variant), forBias, uniforms, [keyTiles, heads, queryTiles]);
        gradients.push(gradientOfBias);
      }
      runner.backend.disposeData(gathered.dataId);
      return gradients;
    },
  };
}
