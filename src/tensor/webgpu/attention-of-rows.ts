/** Attention of single queries, as decoding needs it: a workgroup a query and head. */

import {
  headRows,
  LOWEST,
  MASKED,
  readPart,
  scoreFunctions,
  UNIFORMS,
  writePart,
} from './attention-tile';
import type { Kernel } from './kernel';
import { kernelVariants } from './kernel-variants';
import { workgroupReduction } from './workgroup';

/** Keys whose scores are in workgroup memory at a time. */
const SLICE = 1024;

/** Vectors of a head, rounded up to a power of two that divides the workgroup. */
export function columnsOf(size: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, Math.ceil(size / 4))));
}

/**
 * Invocations of a workgroup: most caches are no longer than this, and further invocations would only meet
 * the others at barriers.
 */
export function rowInvocations(columns: number): number {
  return Math.max(64, columns);
}

export interface RowAttention {
  /** {@link columnsOf} the head. */
  readonly columns: number;
  /** WGSL expressions of the number of keys, and from `key` of a score given `product`. */
  readonly keys: string;
  readonly score: string;
  /** WGSL expressions from `key` and `part` of a vector of its key and of its value. */
  readonly keyPart: string;
  readonly valuePart: string;
}

/** Workgroup memory and the reductions {@link attendRow} uses: at most 14.6 KB. */
export function rowMemory(columns: number): string {
  const invocations = rowInvocations(columns);
  const reduction = (name: string, combine: (a: string, b: string) => string) =>
    workgroupReduction(name, 'f32', invocations, combine);
  return `
var<workgroup> queryParts: array<vec4<f32>, ${columns}>;
var<workgroup> weights: array<f32, ${SLICE}>;
var<workgroup> mixed: array<vec4<f32>, ${invocations}>;
${reduction('workgroupMaximum', (a, b) => `max(${a}, ${b})`)}
${reduction('workgroupSum', (a, b) => `${a} + ${b}`)}`;
}

/**
 * The body of a kernel with `queryParts` filled: leaves the row's largest score in `highest`, the sum of
 * exponentials in `total`, and in the invocations below {@link columnsOf} the mixed values in `result`.
 */
export function attendRow({ columns, keys, score, keyPart, valuePart }: RowAttention): string {
  const invocations = rowInvocations(columns);
  const groups = invocations / columns;
  return `
  var highest = ${LOWEST};
  var total = 0.0;
  var sums = vec4<f32>();
  let column = lane % ${columns}u;
  for (var first = 0u; first < ${keys}; first += ${SLICE}u) {
    let count = min(${SLICE}u, ${keys} - first);
    var own = ${LOWEST};
    for (var i = lane; i < count; i += ${invocations}u) {
      let key = first + i;
      var product = 0.0;
      for (var part = 0u; 4u * part < uniforms.size; part++) {
        product += dot(queryParts[part], ${keyPart});
      }
      let score = ${score};
      weights[i] = score;
      own = max(own, score);
    }
    let before = highest;
    highest = max(before, workgroupMaximum(own, lane));
    var ownTotal = 0.0;
    for (var i = lane; i < count; i += ${invocations}u) {
      let weight = exp(weights[i] - highest);
      weights[i] = weight;
      ownTotal += weight;
    }
    let scale = exp(before - highest);
    total = total * scale + workgroupSum(ownTotal, lane);
    sums *= scale;
    for (var i = lane / ${columns}u; i < count; i += ${groups}u) {
      let key = first + i;
      let part = column;
      sums += weights[i] * ${valuePart};
    }
    workgroupBarrier();
  }
  mixed[lane] = sums;
  workgroupBarrier();
  var result = vec4<f32>();
  if (lane < ${columns}u) {
    for (var i = 0u; i < ${groups}u; i++) { result += mixed[lane + i * ${columns}u]; }
  }`;
}

const rows = kernelVariants(({ columns, vectors }: { columns: number; vectors: boolean }) => {
  const penalty = `(1.0 - mask[batch * uniforms.keys + key]) * ${MASKED}`;
  return {
    name: 'AttentionOfRows',
    variant: `${columns}${vectors ? '-vectors' : ''}`,
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
    code: `${rowMemory(columns)}
${readPart('query', vectors)}
${readPart('key', vectors)}
${readPart('value', vectors)}
${writePart('output', vectors)}
${scoreFunctions(penalty)}
@compute @workgroup_size(${rowInvocations(columns)})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = group.x;
  let head = group.y;
  let batch = group.z;
  let queryBase = (batch * uniforms.queries * uniforms.heads + head) * uniforms.size;
  let keyBase = (batch * uniforms.keys * uniforms.heads + head) * uniforms.size;
  if (lane < ${columns}u) {
    queryParts[lane] = queryPart(queryBase, row, uniforms.queries, lane);
  }
  workgroupBarrier();
  ${attendRow({
    columns,
    keys: 'uniforms.keys',
    score: 'scoreOf(product, batch, head, row, key)',
    keyPart: 'keyPart(keyBase, key, uniforms.keys, part)',
    valuePart: 'valuePart(keyBase, key, uniforms.keys, part)',
  })}
  if (lane < ${columns}u) {
    write_output(queryBase, row, uniforms.queries, lane, result / total);
  }
  if (lane == 0u) {
    let at = (batch * uniforms.heads + head) * uniforms.queries + row;
    statistics[at] = vec2<f32>(highest, 1.0 / total);
  }
}`,
  };
});

/** The kernel for heads of this size: a workgroup a query, head and row of the batch; bindings of the tiled one. */
export function attentionOfRows(size: number): Kernel {
  return rows({ columns: columnsOf(size), vectors: size % 4 === 0 });
}
