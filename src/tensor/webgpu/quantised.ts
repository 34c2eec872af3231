/** Kernels of the WebGPU backend whose weights stay quantised: products with them, and single rows of them. */

import * as tf from '@tensorflow/tfjs-core';
import { QUANTISED_FORMATS, type QuantisedFormat } from '../../weights/quantised-planes';
import { input, numberAttribute } from '../kernel-inputs';
import type { Kernel } from './kernel';
import type { KernelRunner } from './kernel-runner';
import { recordProduct, type Factor } from './mat-mul';
import { operandBindings, quadCode, type Operand, type OperandStorage } from './operand';
import type { Kernels } from './register';
import type { TileChoices } from './tile-choices';

/** Invocations of a workgroup that looks up rows, each writing four values. */
const INVOCATIONS = 64;
/** Workgroups along x; further ones go along y. */
const GROUPS_ALONG_X = 32_768;

/**
 * `QuantisedMatMul` gives `x · weightᵀ (+ residual)` for `x` `[rows, inner]`; `QuantisedMatMulGradient` the
 * gradient of `x` from that of the product, `gradient · weight`; `QuantisedRows` the rows of a table that
 * int32 `ids` name, zeros for an id outside of it.
 */
export function quantisedKernels(runner: KernelRunner, choices: TileChoices): Kernels {
  return {
    QuantisedMatMul: ({ inputs, attrs }) => {
      const x = input(inputs, 'x');
      const [rows = 0, inner = 0] = x.shape;
      const columns = numberAttribute(attrs, 'rows');
      const format = formatAttribute(attrs);
      const output = runner.output([rows, columns]);
      recordProduct(runner, choices, {
        layout: format,
        rows,
        columns,
        inner,
        ...factors(x, inputs, format, true),
        residual: inputs['residual'] ?? null,
        output,
      });
      return output;
    },
    QuantisedMatMulGradient: ({ inputs, attrs }) => {
      const gradient = input(inputs, 'gradient');
      const [rows = 0, inner = 0] = gradient.shape;
      const columns = numberAttribute(attrs, 'columns');
      const output = runner.output([rows, columns]);
      recordProduct(runner, choices, {
        // The order of its memory is that of two factors that are not transposed, and so is its best tile.
        layout: 'NN',
        rows,
        columns,
        inner,
        ...factors(gradient, inputs, `${formatAttribute(attrs)} outer`, inner % 4 === 0),
        residual: null,
        output,
      });
      return output;
    },
    QuantisedRows: ({ inputs, attrs }) => {
      const ids = input(inputs, 'ids');
      const rows = numberAttribute(attrs, 'rows');
      const columns = numberAttribute(attrs, 'columns');
      const count = tf.util.sizeFromShape(ids.shape);
      const output = runner.output([...ids.shape, columns]);
      const groups = Math.ceil((count * columns) / 4 / INVOCATIONS);
      const across = Math.min(groups, GROUPS_ALONG_X);
      runner.run(
        rowsKernel(formatAttribute(attrs)),
        [input(inputs, 'integers'), input(inputs, 'scales'), ids, output],
        { rows, columns, count, across },
        [across, Math.ceil(groups / across)],
      );
      return output;
    },
  };
}

/** `a` and, as `storage`, the planes among the inputs, both whole. */
function factors(
  a: tf.TensorInfo,
  inputs: tf.NamedTensorInfoMap,
  storage: OperandStorage,
  vectors: boolean,
): { a: Factor; b: Factor; matrices: 1; outputStart: 0 } {
  const whole = { start: 0, stride: 0 } as const;
  const planes = [input(inputs, 'integers'), input(inputs, 'scales')];
  return {
    a: { operand: { name: 'a', storage: 'inner', vectors }, tensors: [a], ...whole },
    b: { operand: { name: 'b', storage, vectors: true }, tensors: planes, ...whole },
    matrices: 1,
    outputStart: 0,
  };
}

function formatAttribute(attributes: tf.NamedAttrMap | undefined): QuantisedFormat {
  const found = QUANTISED_FORMATS.find((format) => format === attributes?.['format']);
  if (found === undefined) {
    throw new Error(`Expected a quantised format among the kernel's attributes, found none.`);
  }
  return found;
}

function rowsKernel(format: QuantisedFormat): Kernel {
  const table: Operand = { name: 'b', storage: format, vectors: true };
  return {
    name: 'QuantisedRows',
    variant: format,
    bindings: [
      ...operandBindings(table),
      { name: 'ids', access: 'read', type: 'array<i32>' },
      { name: 'output', access: 'write', type: 'array<vec4<f32>>' },
    ],
    uniforms: [
      { name: 'rows', type: 'u32' },
      { name: 'columns', type: 'u32' },
      { name: 'count', type: 'u32' },
      { name: 'across', type: 'u32' },
    ],
    code: `${quadCode(table, 'uniforms.rows', 'uniforms.columns')}
@compute @workgroup_size(${INVOCATIONS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let at = (group.y * uniforms.across + group.x) * ${INVOCATIONS}u + lane;
  let quads = uniforms.columns / 4u;
  if (at >= uniforms.count * quads) { return; }
  // A negative id becomes a large one, outside of the table as well.
  output[at] = bQuad(0u, u32(ids[at / quads]), 4u * (at % quads));
}`,
  };
}
