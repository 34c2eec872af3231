/** WGSL of `a · bᵀ` for a few rows of `a`: `b` is read once for up to 8 rows, its inner dimension shared by a team. */

import type { QuantisedFormat } from '../../weights/quantised-planes';
import type { Kernel } from './kernel';
import { operandBindings, quantisedQuadCode, type Operand } from './operand';

export interface FewRowsProduct {
  /** With the inner dimension contiguous; floats only where it is a multiple of 4. */
  readonly storage: 'inner' | QuantisedFormat;
  /** Rows of `a` that a workgroup works on. */
  readonly rows: number;
  readonly residual: boolean;
}

/** Rows up to which this beats tiles: it is bound by reading `b`, which more rows would do again. */
export const FEW_ROWS = 16;

/** How the outputs of a workgroup are shared out. */
interface Shares {
  /** Invocations of a workgroup: teams of lanes, each with outputs of its own. */
  readonly invocations: number;
  /**
   * Columns of the output that a team computes together, so that `a` is read less often and every lane waits
   * for several loads at a time.
   */
  readonly ownColumns: number;
}

/**
 * Starting invocations and adding up their shares counts for one row, which has so little to compute, and
 * for many, which have as many shares each: few of them. A lane of 16 rows multiplies 20 vectors into 64
 * sums, as many as registers hold, and decodes a weight once for all of them.
 */
function sharesOf(rows: number): Shares {
  if (rows === 1) return { invocations: 32, ownColumns: 8 };
  return { invocations: rows >= 8 ? 32 : 64, ownColumns: 4 };
}

/** Rows of `a` for one workgroup: a kernel for 1, 2, 4, 8 and 16 of them. */
export function rowsOfGroup(rows: number): number {
  return 2 ** Math.ceil(Math.log2(rows));
}

/** Every lane of a team reads 16 bytes of a row of `b` at a time; so many fours of weights that is. */
function quadsOfVector(storage: FewRowsProduct['storage']): number {
  switch (storage) {
    case 'inner':
      return 1;
    case 'Q8_0':
      return 4;
    case 'Q4_0':
      return 8;
    default:
      return storage satisfies never;
  }
}

/**
 * Lanes of a team, chosen so that the widths of T5 divide well: together they read 128 or 256 contiguous
 * bytes. It fixes the order of sums.
 */
function lanesOf(storage: FewRowsProduct['storage'], rows: number): number {
  return storage === 'Q4_0' || rows === 1 ? 8 : 16;
}

/** Columns of the output of one workgroup. */
export function columnsOfGroup({ storage, rows }: FewRowsProduct): number {
  return (sharesOf(rows).invocations / lanesOf(storage, rows)) * sharesOf(rows).ownColumns;
}

/** `output[rows, columns] = a[rows, inner] · b[columns, inner]ᵀ (+ residual)`. */
export function fewRowsKernel({ storage, rows, residual }: FewRowsProduct): Kernel {
  const b: Operand = { name: 'b', storage, vectors: true };
  return {
    name: 'MatMulFewRows',
    variant: [storage, rows, residual].join(),
    bindings: [
      { name: 'a', access: 'read', type: 'array<vec4<f32>>' },
      ...operandBindings(b),
      ...(residual ? [{ name: 'residual', access: 'read', type: 'array<f32>' } as const] : []),
      { name: 'output', access: 'write', type: 'array<f32>' },
    ],
    uniforms: [
      { name: 'rows', type: 'u32' },
      { name: 'columns', type: 'u32' },
      { name: 'inner', type: 'u32' },
    ],
    code: fewRowsCode(storage, rows, residual),
  };
}

function fewRowsCode(storage: FewRowsProduct['storage'], rows: number, residual: boolean): string {
  const { invocations, ownColumns } = sharesOf(rows);
  const lanes = lanesOf(storage, rows);
  const teams = invocations / lanes;
  const columnsOfAll = teams * ownColumns;
  const quads = quadsOfVector(storage);
  const columns = numbers(ownColumns);
  const each = numbers(rows);
  const outputs = rows * columnsOfAll;
  return `
var<workgroup> parts: array<f32, ${rows * ownColumns * invocations}>;
${storage === 'inner' ? '' : quantisedQuadCode('b', storage)}
@compute @workgroup_size(${invocations})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let firstRow = group.y * ${rows}u;
  let firstColumn = group.x * ${columnsOfAll}u;
  let team = lane / ${lanes}u;
  let quads = uniforms.inner / 4u;
  // Rows and columns beyond the last are computed from the last one and never stored.
  ${each.map((row) => `let row${row} = min(firstRow + ${row}u, uniforms.rows - 1u) * quads;`).join('\n  ')}
  ${columns.map((c) => `let column${c} = min(firstColumn + ${c * teams}u + team, uniforms.columns - 1u);`).join('\n  ')}
  ${each.flatMap((row) => columns.map((c) => `var sum${row}_${c} = 0.0;`)).join('\n  ')}
  for (var quad = (lane % ${lanes}u) * ${quads}u; quad < quads; quad += ${lanes * quads}u) {
    ${columns.map((c) => readVector(storage, c)).join('\n    ')}
    ${stepsCode(storage, columns, each)}
  }
  ${each.flatMap((row) => columns.map((c) => `parts[${(row * ownColumns + c) * invocations}u + lane] = sum${row}_${c};`)).join('\n  ')}
  workgroupBarrier();
  for (var item = lane; item < ${outputs}u; item += ${invocations}u) {
    let row = firstRow + item / ${columnsOfAll}u;
    let place = item % ${columnsOfAll}u;
    let column = firstColumn + place;
    if (row < uniforms.rows && column < uniforms.columns) {
      let start = (item / ${columnsOfAll}u * ${ownColumns}u + place / ${teams}u) * ${invocations}u + place % ${teams}u * ${lanes}u;
      var sum = 0.0;
      for (var part = 0u; part < ${lanes}u; part++) { sum += parts[start + part]; }
      let at = row * uniforms.columns + column;
      output[at] = ${residual ? 'residual[at] + sum' : 'sum'};
    }
  }
}`;
}

/** Declares a column's next 16 bytes and, when quantised, their scale. */
function readVector(storage: FewRowsProduct['storage'], column: number): string {
  if (storage === 'inner') return `let w${column} = b[column${column} * quads + quad];`;
  return `var words${column} = bIntegers[bVector(column${column}, quad, quads)];
    let scale${column} = bScale((column${column} * quads + quad) / 8u);`;
}

/**
 * Multiplies the fours of every column's 16 bytes with those of every row. Quantised ones in a loop, which a
 * compiler may unroll: written out they are up to 512 products, and seconds to compile.
 */
function stepsCode(
  storage: FewRowsProduct['storage'],
  columns: readonly number[],
  rows: readonly number[],
): string {
  const productsOf = (quad: string) =>
    rows
      .flatMap((row) => [
        `let x${row} = a[row${row} + ${quad}];`,
        ...columns.map((c) => `sum${row}_${c} += dot(x${row}, w${c});`),
      ])
      .join('\n      ');
  if (storage === 'inner') return productsOf('quad');
  const weights = columns.map(
    (c) => `let w${c} = bWeights(words${c}.x, step) * scale${c};
      words${c} = words${c}.yzwx;`,
  );
  return `for (var step = 0u; step < ${quadsOfVector(storage)}u; step++) {
      ${weights.join('\n      ')}
      ${productsOf('quad + step')}
    }`;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
