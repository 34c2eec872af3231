/** What the attention kernels share: tiles of 32 rows in workgroup memory, their products, and scores. */

import type * as tf from '@tensorflow/tfjs-core';
import type { KernelBinding, KernelUniform } from './kernel';

/** Rows of a tile, of queries and of keys alike. */
export const TILE = 32;
/** Invocations of a workgroup: 8 x 8, each with 4 x 4 of a tile's products. */
export const INVOCATIONS = 64;
/** Vectors of four along a head that are in workgroup memory at a time. */
const CHUNK = 8;
/** Vectors between rows in workgroup memory: odd, so that neighbouring rows lie in different banks. */
export const STRIDE = CHUNK + 1;
/** Where the right-hand rows begin in `panel`. */
const RIGHT = TILE * STRIDE;
const PANEL = 2 * RIGHT;
/** The widest head whose rows fit `panel` four at a time. */
export const WIDEST_HEAD = 512;

/** Lower than every score, and finite: WGSL may assume that there are no infinities. */
export const LOWEST = '-3.0e38';
/** Added to the scores of masked keys, as in `src/tensor/attention.ts`. */
export const MASKED = '-1.0e9';
/** A row whose largest score is below this has nothing to see. */
export const NOTHING_SEEN = '-5.0e8';

/** What the code of a kernel depends on; bias and masks are switched by uniforms, to have few variants. */
export interface AttentionVariant {
  /** Blocks of 32 values that a head is rounded up to. */
  readonly blocks: number;
  /** Whether heads consist of whole vectors of four. */
  readonly vectors: boolean;
}

export interface AttentionSizes {
  readonly batch: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly size: number;
}

/** Uniforms of every attention kernel: the sizes, and 1 or 0 for bias, mask and the causal form. */
export const UNIFORMS: readonly KernelUniform[] = [
  { name: 'batch', type: 'u32' },
  { name: 'heads', type: 'u32' },
  { name: 'queries', type: 'u32' },
  { name: 'keys', type: 'u32' },
  { name: 'size', type: 'u32' },
  { name: 'biased', type: 'u32' },
  { name: 'masked', type: 'u32' },
  { name: 'causal', type: 'u32' },
];

/** @throws Error when the heads are wider than the kernels' workgroup memory */
export function attentionSizes(
  query: tf.TensorInfo,
  key: tf.TensorInfo,
  heads: number,
): AttentionSizes {
  const [batch = 0, queries = 0, inner = 0] = query.shape;
  const size = inner / heads;
  if (size > WIDEST_HEAD) {
    throw new Error(
      `Attention on WebGPU: expected heads of at most ${WIDEST_HEAD} values, found ${size}. Choose a model with narrower heads or the WebAssembly backend.`,
    );
  }
  return { batch, heads, queries, keys: key.shape[1] ?? 0, size };
}

/** The uniforms' values from a kernel's inputs and attributes. */
export function attentionUniforms(
  sizes: AttentionSizes,
  inputs: tf.NamedTensorInfoMap,
  attributes: tf.NamedAttrMap | undefined,
): Readonly<Record<string, number>> {
  return {
    ...sizes,
    biased: Number(inputs['bias'] !== undefined),
    masked: Number(inputs['mask'] !== undefined),
    causal: Number(attributes?.['causal'] === true),
  };
}

export function variantFor(size: number): AttentionVariant {
  return { blocks: Math.ceil(size / 32), vectors: size % 4 === 0 };
}

export function variantName({ blocks, vectors }: AttentionVariant): string {
  return `${blocks}${vectors ? '-vectors' : ''}`;
}

/** A tensor `[batch, rows, heads * size]`, bound as vectors where heads consist of them. */
export function headRows(
  name: string,
  access: KernelBinding['access'],
  vectors: boolean,
): KernelBinding {
  return { name, access, type: vectors ? 'array<vec4<f32>>' : 'array<f32>' };
}

/** A function `NAMEPart`: four values of a row's head, zero beyond the rows and beyond the head. */
export function readPart(name: string, vectors: boolean): string {
  const read = vectors
    ? `return ${name}[at / 4u];`
    : `var vector = vec4<f32>();
  for (var i = 0u; i < 4u; i++) {
    if (4u * part + i < uniforms.size) { vector[i] = ${name}[at + i]; }
  }
  return vector;`;
  return `
fn ${name}Part(base: u32, row: u32, rows: u32, part: u32) -> vec4<f32> {
  if (row >= rows || 4u * part >= uniforms.size) { return vec4<f32>(); }
  let at = base + row * uniforms.heads * uniforms.size + 4u * part;
  ${read}
}`;
}

/** A function `write_NAME`, the counterpart of {@link readPart}. */
export function writePart(name: string, vectors: boolean): string {
  const write = vectors
    ? `${name}[at / 4u] = vector;`
    : `for (var i = 0u; i < 4u; i++) {
    if (4u * part + i < uniforms.size) { ${name}[at + i] = vector[i]; }
  }`;
  return `
fn write_${name}(base: u32, row: u32, rows: u32, part: u32, vector: vec4<f32>) {
  if (row >= rows || 4u * part >= uniforms.size) { return; }
  let at = base + row * uniforms.heads * uniforms.size + 4u * part;
  ${write}
}`;
}

/** Workgroup memory of the tiled kernels: 13.5 KB. */
export const TILE_MEMORY = `
var<workgroup> panel: array<vec4<f32>, ${PANEL}>;
var<workgroup> tile: array<vec4<f32>, ${TILE * STRIDE}>;`;

/** The rows a tile covers: the tensor's name, and WGSL expressions. */
export interface TileRows {
  readonly name: string;
  /** Where the first row's head begins. */
  readonly base: string;
  /** First row of the tile. */
  readonly first: string;
  /** Rows of the tensor. */
  readonly rows: string;
}

const OWN_ROWS = [0, 1, 2, 3] as const;

/** Code for each of the four rows `y + 8 i` that an invocation holds. */
export function forOwnRows(code: (i: number, row: string) => string): string {
  return OWN_ROWS.map((i) => code(i, `(y + ${8 * i}u)`)).join('\n');
}

/** Code for each of the vectors `x + 8 block` of a row's head that an invocation sums up. */
function forOwnParts(blocks: number, code: (block: number, part: string) => string): string {
  return Array.from({ length: blocks }, (_, block) => code(block, `(x + ${8 * block}u)`)).join(
    '\n',
  );
}

/**
 * Products of the rows of two tiles: `RESULTi` holds those of the left's row `y + 8 i` with
 * the right's rows `4 x` to `4 x + 3`.
 */
export function tileProducts(
  result: string,
  blocks: number,
  left: TileRows,
  right: TileRows,
): string {
  return `
  ${OWN_ROWS.map((i) => `var ${result}${i} = vec4<f32>();`).join(' ')}
  for (var chunk = 0u; chunk < ${CHUNK * blocks}u; chunk += ${CHUNK}u) {
    for (var i = lane; i < ${TILE * CHUNK}u; i += ${INVOCATIONS}u) {
      let row = i / ${CHUNK}u;
      let part = i % ${CHUNK}u;
      panel[row * ${STRIDE}u + part] =
        ${left.name}Part(${left.base}, ${left.first} + row, ${left.rows}, chunk + part);
      // Every fourth row side by side: those that neighbouring invocations read together.
      panel[${RIGHT}u + ((row % 4u) * 8u + row / 4u) * ${STRIDE}u + part] =
        ${right.name}Part(${right.base}, ${right.first} + row, ${right.rows}, chunk + part);
    }
    workgroupBarrier();
    for (var part = 0u; part < ${CHUNK}u; part++) {
      ${OWN_ROWS.map((j) => `let right${j} = panel[${RIGHT}u + (x + ${8 * j}u) * ${STRIDE}u + part];`).join('\n      ')}
      ${forOwnRows(
        (i, row) => `let left${i} = panel[${row} * ${STRIDE}u + part];
      ${result}${i} += vec4<f32>(${OWN_ROWS.map((j) => `dot(left${i}, right${j})`).join(', ')});`,
      )}
    }
    workgroupBarrier();
  }`;
}

/** Declares the sums that {@link addTileTimes} adds to: for every own row, its own parts of a head. */
export function declareSums(sums: string, blocks: number): string {
  return forOwnRows((i) =>
    forOwnParts(blocks, (block) => `var ${sums}${i}_${block} = vec4<f32>();`),
  );
}

/** Adds `tile` (32 rows of 32 factors) times the 32 rows of a tensor. */
export function addTileTimes(sums: string, blocks: number, right: TileRows): string {
  const parts = CHUNK * blocks;
  let rows = TILE;
  while (rows * parts > PANEL) rows /= 2;
  const factors = ['x', 'y', 'z', 'w'] as const;
  return `
  for (var start = 0u; start < ${TILE}u; start += ${rows}u) {
    for (var i = lane; i < ${rows * parts}u; i += ${INVOCATIONS}u) {
      panel[i] = ${right.name}Part(
        ${right.base}, ${right.first} + start + i / ${parts}u, ${right.rows}, i % ${parts}u);
    }
    workgroupBarrier();
    for (var four = 0u; four < ${rows / 4}u; four++) {
      ${forOwnRows((i, row) => `let factors${i} = tile[${row} * ${STRIDE}u + start / 4u + four];`)}
      ${factors
        .map((factor, j) =>
          forOwnParts(
            blocks,
            (block, part) => `{
        let values = panel[(4u * four + ${j}u) * ${parts}u + ${part}];
        ${forOwnRows((i) => `${sums}${i}_${block} += factors${i}.${factor} * values;`)}
      }`,
          ),
        )
        .join('\n')}
    }
    workgroupBarrier();
  }`;
}

/** Writes the sums, each row times a WGSL expression. */
export function writeSums(
  sums: string,
  blocks: number,
  into: TileRows,
  factor: (row: string) => string,
): string {
  return forOwnRows((i, row) => {
    const writes = forOwnParts(
      blocks,
      (block, part) =>
        `write_${into.name}(${into.base}, ${into.first} + ${row}, ${into.rows}, ${part}, factor * ${sums}${i}_${block});`,
    );
    return `{ let factor = ${factor(row)};
  ${writes} }`;
  });
}

/**
 * `scoreOf`: a product with bias and masks added, in the order of the reference; and
 * `tileIsSeen`: whether any query of a tile may see any key of another.
 *
 * @param penalty WGSL of what a key's padding adds where there is a mask, from `batch` and `key`
 */
export function scoreFunctions(penalty: string): string {
  return `
fn scoreOf(product: f32, batch: u32, head: u32, query: u32, key: u32) -> f32 {
  if (query >= uniforms.queries || key >= uniforms.keys) { return ${LOWEST}; }
  var score = product;
  if (uniforms.biased == 1u) {
    score += bias[(head * uniforms.queries + query) * uniforms.keys + key];
  }
  if (uniforms.masked == 1u) { score += ${penalty}; }
  if (uniforms.causal == 1u && key > query) { score += ${MASKED}; }
  return score;
}
fn tileIsSeen(batch: u32, firstQuery: u32, firstKey: u32) -> bool {
  if (uniforms.causal == 1u && firstKey >= firstQuery + ${TILE}u) { return false; }
  if (uniforms.masked == 0u) { return true; }
  for (var key = firstKey; key < min(firstKey + ${TILE}u, uniforms.keys); key++) {
    if (${penalty} != ${MASKED}) { return true; }
  }
  return false;
}`;
}

/** The scores of an invocation's products, whose rows are queries and whose columns are keys. */
export const SCORES_OF_PRODUCTS = forOwnRows(
  (i, row) =>
    `scores${i} = vec4<f32>(${['x', 'y', 'z', 'w']
      .map(
        (part, j) =>
          `scoreOf(scores${i}.${part}, batch, head, firstQuery + ${row}, firstKey + 4u * x + ${j}u)`,
      )
      .join(', ')});`,
);
