/** WGSL of a matrix product in tiles: factors in shared memory, outputs in registers, fixed order of sums. */

import type { Kernel } from './kernel';
import { invocationsOf, type MatrixTile } from './matrix-tile';
import {
  isFloats,
  isOuterContiguous,
  operandBindings,
  operandUniforms,
  quadCode,
  type Operand,
} from './operand';

export interface TiledProduct {
  readonly tile: MatrixTile;
  readonly a: Operand;
  readonly b: Operand;
  /** Whether the output's columns are a multiple of 4. */
  readonly vectors: boolean;
  /** Adds another tensor of the output's shape. */
  readonly residual: boolean;
}

/**
 * `output[z] = a[z] · b[z] (+ residual[z])`, with `a` seen as `[rows, inner]` and `b` as `[columns, inner]`.
 *
 * With several slices, workgroups along z take parts of the inner size, and slice `s` of matrix `z`
 * is written at `output[s * matrices + z]`.
 */
export function tiledProductKernel(product: TiledProduct): Kernel {
  const { tile, a, b, vectors, residual } = product;
  const output = vectors ? 'array<vec4<f32>>' : 'array<f32>';
  const { rows, columns, depth, ownRows, ownColumns } = tile;
  const operands = [a, b].map(
    ({ storage, vectors: four }) => `${storage}${four ? ' vectors' : ''}`,
  );
  const variant = [rows, columns, depth, ownRows, ownColumns, ...operands, vectors, residual];
  return {
    name: 'MatMul',
    variant: variant.join(),
    bindings: [
      ...operandBindings(a),
      ...operandBindings(b),
      ...(residual ? [{ name: 'residual', access: 'read', type: output } as const] : []),
      { name: 'output', access: 'write', type: output },
    ],
    uniforms: [
      { name: 'rows', type: 'u32' },
      { name: 'columns', type: 'u32' },
      { name: 'inner', type: 'u32' },
      { name: 'matrices', type: 'u32' },
      { name: 'sliceInner', type: 'u32' },
      { name: 'outputStart', type: 'u32' },
      ...operandUniforms(a),
      ...operandUniforms(b),
    ],
    code: tiledProductCode(product),
  };
}

function tiledProductCode({ tile, a, b, vectors, residual }: TiledProduct): string {
  const invocations = invocationsOf(tile);
  const across = tile.columns / tile.ownColumns;
  const down = tile.rows / tile.ownRows;
  const rowQuads = numbers(tile.ownRows / 4);
  const columnQuads = numbers(tile.ownColumns / 4);
  // One more vector a line keeps transposing stores off each other's memory banks.
  const lineA = tile.rows / 4 + 1;
  const lineB = tile.columns / 4 + 1;
  const sums = rowQuads.flatMap((i) =>
    numbers(4).flatMap((r) => columnQuads.map((j) => `var sum${4 * i + r}_${j} = vec4<f32>();`)),
  );
  const factors = [
    ...rowQuads.map((i) => `let a${i} = tileA[k * ${lineA}u + down + ${i * down}u];`),
    ...columnQuads.map((j) => `let b${j} = tileB[k * ${lineB}u + across + ${j * across}u];`),
  ];
  const products = rowQuads.flatMap((i) =>
    numbers(4).flatMap((r) =>
      columnQuads.map((j) => {
        const sum = `sum${4 * i + r}_${j}`;
        return `${sum} = fma(vec4<f32>(a${i}.${'xyzw'[r]}), b${j}, ${sum});`;
      }),
    ),
  );
  const stores = rowQuads.flatMap((i) =>
    numbers(4).flatMap((r) =>
      columnQuads.map(
        (j) =>
          `store(outputStart, firstRow + 4u * down + ${4 * i * down + r}u, firstColumn + 4u * across + ${4 * j * across}u, sum${4 * i + r}_${j});`,
      ),
    ),
  );
  return `
var<workgroup> tileA: array<vec4<f32>, ${tile.depth * lineA}>;
var<workgroup> tileB: array<vec4<f32>, ${tile.depth * lineB}>;
${quadCode(a, 'uniforms.rows', 'uniforms.inner')}
${quadCode(b, 'uniforms.columns', 'uniforms.inner')}
${storeCode(vectors, residual)}
@compute @workgroup_size(${invocations})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let firstColumn = group.x * ${tile.columns}u;
  let firstRow = group.y * ${tile.rows}u;
  let matrix = group.z % uniforms.matrices;
  let slice = group.z / uniforms.matrices;
  let begin = slice * uniforms.sliceInner;
  let end = min(begin + uniforms.sliceInner, uniforms.inner);
  let startA = ${startOf(a)};
  let startB = ${startOf(b)};
  let across = lane % ${across}u;
  let down = lane / ${across}u;
  ${sums.join('\n  ')}
  for (var first = begin; first < end; first += ${tile.depth}u) {
    ${loadCode(a, tile.rows, tile.depth, lineA, invocations, 'firstRow')}
    ${loadCode(b, tile.columns, tile.depth, lineB, invocations, 'firstColumn')}
    workgroupBarrier();
    for (var k = 0u; k < ${tile.depth}u; k++) {
      ${[...factors, ...products].join('\n      ')}
    }
    workgroupBarrier();
  }
  let outputStart = uniforms.outputStart + group.z * uniforms.rows * uniforms.columns;
  ${stores.join('\n  ')}
}`;
}

function startOf({ name, storage }: Operand): string {
  return isFloats(storage) ? `uniforms.${name}Start + matrix * uniforms.${name}Stride` : '0u';
}

/**
 * Fills a tile `[depth, size]` of vectors along the outer dimension. Where the inner dimension is the
 * contiguous one, an invocation reads four vectors along it and stores them transposed: writing single
 * components of a shared vector would race with its neighbours' writes.
 */
function loadCode(
  { name, storage }: Operand,
  size: number,
  depth: number,
  line: number,
  invocations: number,
  first: string,
): string {
  const shared = `tile${name.toUpperCase()}`;
  const start = `start${name.toUpperCase()}`;
  const items = (count: number, body: string) =>
    count % invocations === 0 && count / invocations === 1
      ? `{ let item = lane; ${body} }`
      : `for (var item = lane; item < ${count}u; item += ${invocations}u) { ${body} }`;
  if (isOuterContiguous(storage)) {
    const quads = size / 4;
    return items(
      depth * quads,
      `
      let quad = item % ${quads}u;
      let k = item / ${quads}u;
      ${shared}[k * ${line}u + quad] = ${name}Quad(${start}, ${first} + 4u * quad, first + k);
    `,
    );
  }
  const quads = depth / 4;
  const outer = (row: number) =>
    `let v${row} = ${name}Quad(${start}, ${first} + 4u * quad + ${row}u, first + 4u * k);`;
  const transposed = ['x', 'y', 'z', 'w'].map(
    (component, row) =>
      `${shared}[(4u * k + ${row}u) * ${line}u + quad] = vec4<f32>(${numbers(4)
        .map((i) => `v${i}.${component}`)
        .join(', ')});`,
  );
  return items(
    (size / 4) * quads,
    `
      let k = item % ${quads}u;
      let quad = item / ${quads}u;
      ${[...numbers(4).map(outer), ...transposed].join('\n      ')}
    `,
  );
}

/** Declares `store`, which writes four outputs of a row as far as they lie inside of the matrix. */
function storeCode(vectors: boolean, residual: boolean): string {
  const added = (at: string) => (residual ? `residual[${at}] + ` : '');
  const write = vectors
    ? `let at = (start + row * uniforms.columns + column) / 4u;
  output[at] = ${added('at')}values;`
    : `let at = start + row * uniforms.columns + column;
  output[at] = ${added('at')}values.x;
  if (column + 1u < uniforms.columns) { output[at + 1u] = ${added('at + 1u')}values.y; }
  if (column + 2u < uniforms.columns) { output[at + 2u] = ${added('at + 2u')}values.z; }
  if (column + 3u < uniforms.columns) { output[at + 3u] = ${added('at + 3u')}values.w; }`;
  return `
fn store(start: u32, row: u32, column: u32, values: vec4<f32>) {
  if (row >= uniforms.rows || column >= uniforms.columns) { return; }
  ${write}
}`;
}

/** Sums the slices of a product in their order, and adds the residual. */
export function sliceSumKernel(vectors: boolean, residual: boolean): Kernel {
  const type = vectors ? 'array<vec4<f32>>' : 'array<f32>';
  const zero = vectors ? 'vec4<f32>()' : '0.0';
  return {
    name: 'MatMulSliceSum',
    variant: `${vectors},${residual}`,
    bindings: [
      { name: 'slices', access: 'read', type },
      ...(residual ? [{ name: 'residual', access: 'read', type } as const] : []),
      { name: 'output', access: 'write', type },
    ],
    uniforms: [
      { name: 'size', type: 'u32' },
      { name: 'count', type: 'u32' },
      { name: 'across', type: 'u32' },
    ],
    code: `
@compute @workgroup_size(${SLICE_SUM_INVOCATIONS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let at = (group.y * uniforms.across + group.x) * ${SLICE_SUM_INVOCATIONS}u + lane;
  if (at >= uniforms.size) { return; }
  var sum = ${zero};
  for (var slice = 0u; slice < uniforms.count; slice++) { sum += slices[slice * uniforms.size + at]; }
  output[at] = ${residual ? 'residual[at] + sum' : 'sum'};
}`,
  };
}

export const SLICE_SUM_INVOCATIONS = 64;

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
