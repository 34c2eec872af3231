/** Adafactor on WebGPU: five stages over all parameters, several gradients a dispatch. */

import type * as tf from '@tensorflow/tfjs-core';
import { input, numberAttribute } from '../kernel-inputs';
import type { Kernel, KernelBinding, KernelUniform } from './kernel';
import type { KernelRunner } from './kernel-runner';
import type { Kernels } from './register';
import { inGroups, sizeOf, stridedMain, stridedWorkgroups } from './strided';
import { workgroupReduction } from './workgroup';

const INVOCATIONS = 256;
/** Gradients of a dispatch that only reads them. */
const GRADIENTS = 6;
/** Parameters of a dispatch that updates them. */
const PARAMETERS = 3;
/** Rows of one slice of the column sums. */
const SLICE_ROWS = 256;
/** Workgroups a parameter whose directions are squared and summed. */
const DIRECTION_SLICES = 128;
/** Workgroups along x that go through the rows of a matrix. */
const MOST_ROW_WORKGROUPS = 2_048;

const SUM = workgroupReduction('workgroupSum', 'f32', INVOCATIONS, (a, b) => `${a} + ${b}`);

const read = (name: string, type = 'array<f32>'): KernelBinding => ({ name, access: 'read', type });
const write = (name: string): KernelBinding => ({ name, access: 'write', type: 'array<f32>' });
const whole = (name: string): KernelUniform => ({ name, type: 'u32' });
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const ENTRY = `
@compute @workgroup_size(${INVOCATIONS})
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
)`;

/** Where the parts of a parameter `[rows, columns]` lie; a vector is one row. */
interface Layout {
  readonly rows: number;
  readonly columns: number;
  /** In the state and among the factors: of rows and, behind them, of columns. */
  readonly factors: number;
  /** Among the sums: of rows, then slices of those of columns. */
  readonly sums: number;
}

/** Sums of squares of every row (`z` 0) and, by slices of rows, of every column (`z` 1). */
function sumsKernel(gradients: number): Kernel {
  const each = numbers(gradients);
  const value = (index: number): string => `let x = gradient${index}[at]; sum += x * x;`;
  const rowCases = each.map(
    (index) =>
      `case ${index}u: { for (var i = lane; i < columns; i += ${INVOCATIONS}u) { let at = row * columns + i; ${value(index)} } }`,
  );
  const columnCases = each.map(
    (index) =>
      `case ${index}u: { for (var row = first; row < end; row++) { let at = row * columns + column; ${value(index)} } }`,
  );
  const sizes = (name: string): string =>
    `array<u32, ${gradients}>(${each.map((index) => `uniforms.${name}${index}`).join(', ')})`;
  return {
    name: 'AdafactorSums',
    variant: String(gradients),
    bindings: [...each.map((index) => read(`gradient${index}`)), write('sums')],
    uniforms: each.flatMap((index) => [
      whole(`rows${index}`),
      whole(`columns${index}`),
      whole(`sums${index}`),
    ]),
    code: `${SUM}${ENTRY} {
  var allRows = ${sizes('rows')};
  var allColumns = ${sizes('columns')};
  var starts = ${sizes('sums')};
  let rows = allRows[group.y];
  let columns = allColumns[group.y];
  let start = starts[group.y];
  if (group.z == 0u) {
    for (var row = group.x; row < rows; row += groups.x) {
      var sum = 0.0;
      switch group.y { ${rowCases.join('\n')} default: {} }
      let total = workgroupSum(sum, lane);
      if (lane == 0u) { sums[start + row] = total; }
    }
    return;
  }
  let slices = (rows + ${SLICE_ROWS - 1}u) / ${SLICE_ROWS}u;
  let blocks = (columns + ${INVOCATIONS - 1}u) / ${INVOCATIONS}u;
  for (var task = group.x; task < slices * blocks; task += groups.x) {
    let column = task % blocks * ${INVOCATIONS}u + lane;
    let slice = task / blocks;
    if (column < columns) {
      let first = slice * ${SLICE_ROWS}u;
      let end = min(first + ${SLICE_ROWS}u, rows);
      var sum = 0.0;
      switch group.y { ${columnCases.join('\n')} default: {} }
      sums[start + rows + slice * columns + column] = sum;
    }
  }
}`,
  };
}

/** One workgroup a parameter: the running means, and the inverse roots that a gradient is multiplied by. */
const FACTORS: Kernel = {
  name: 'AdafactorFactors',
  variant: '',
  bindings: [
    read('layouts', 'array<vec4<u32>>'),
    read('sums'),
    read('control'),
    write('state'),
    write('factors'),
  ],
  uniforms: [{ name: 'epsilon', type: 'f32' }],
  code: `${SUM}${ENTRY} {
  if (control[2] != 0.0) { return; }
  let place = layouts[group.x];
  let rows = place.x;
  let columns = place.y;
  let decay = control[4];
  let squaredScale = control[3] * control[3];
  var rowMean = 1.0;
  if (rows > 1u) {
    var sum = 0.0;
    for (var row = lane; row < rows; row += ${INVOCATIONS}u) {
      let at = place.z + row;
      let mean = sums[place.w + row] * squaredScale / f32(columns) + uniforms.epsilon;
      let running = state[at] * decay + mean * (1.0 - decay);
      state[at] = running;
      sum += running;
    }
    rowMean = workgroupSum(sum, lane) / f32(rows);
  }
  for (var row = lane; row < rows; row += ${INVOCATIONS}u) {
    let at = place.z + row;
    factors[at] = select(1.0, inverseSqrt(state[at] / rowMean), rows > 1u);
  }
  let slices = (rows + ${SLICE_ROWS - 1}u) / ${SLICE_ROWS}u;
  for (var column = lane; column < columns; column += ${INVOCATIONS}u) {
    var sum = 0.0;
    for (var slice = 0u; slice < slices; slice++) {
      sum += sums[place.w + rows + slice * columns + column];
    }
    let at = place.z + rows + column;
    let mean = sum * squaredScale / f32(rows) + uniforms.epsilon;
    let running = state[at] * decay + mean * (1.0 - decay);
    state[at] = running;
    factors[at] = inverseSqrt(running);
  }
}`,
};

const FACTOR_OF_VALUE = (index: number): string =>
  `factors[uniforms.factors${index} + i / uniforms.columns${index}]
   * factors[uniforms.factors${index} + uniforms.size${index} / uniforms.columns${index} + i % uniforms.columns${index}]`;

const placeUniforms = (index: number): KernelUniform[] => [
  whole(`size${index}`),
  whole(`columns${index}`),
  whole(`factors${index}`),
];

/** Sums of the squared directions, a slice a workgroup. */
function directionsKernel(gradients: number): Kernel {
  const each = numbers(gradients);
  const cases = each.map(
    (index) => `case ${index}u: {
      for (var i = first; i < uniforms.size${index}; i += stride) {
        let direction = gradient${index}[i] * ${FACTOR_OF_VALUE(index)};
        sum += direction * direction;
      }
    }`,
  );
  return {
    name: 'AdafactorDirections',
    variant: String(gradients),
    bindings: [...each.map((index) => read(`gradient${index}`)), read('factors'), write('slices')],
    uniforms: [...each.flatMap(placeUniforms), whole('firstParameter')],
    code: `${SUM}${ENTRY} {
  let first = group.x * ${INVOCATIONS}u + lane;
  let stride = ${DIRECTION_SLICES * INVOCATIONS}u;
  var sum = 0.0;
  switch group.y { ${cases.join('\n')} default: {} }
  let total = workgroupSum(sum, lane);
  if (lane == 0u) {
    slices[(uniforms.firstParameter + group.y) * ${DIRECTION_SLICES}u + group.x] = total;
  }
}`,
  };
}

/** One workgroup a parameter: learning rate times scale, less where the directions are large; 0 skips. */
const STEPS: Kernel = {
  name: 'AdafactorSteps',
  variant: '',
  bindings: [read('layouts', 'array<vec4<u32>>'), read('slices'), read('control'), write('steps')],
  uniforms: [{ name: 'clipThreshold', type: 'f32' }],
  code: `${SUM}${ENTRY} {
  var own = 0.0;
  if (lane < ${DIRECTION_SLICES}u) { own = slices[group.x * ${DIRECTION_SLICES}u + lane]; }
  let squares = workgroupSum(own, lane);
  if (lane != 0u) { return; }
  let place = layouts[group.x];
  let rootMeanSquare = control[3] * sqrt(squares / f32(place.x) / f32(place.y));
  let divisor = max(rootMeanSquare / uniforms.clipThreshold, 1.0);
  steps[group.x] = select(control[5] * control[3] / divisor, 0.0, control[2] != 0.0);
}`,
};

function updateKernel(parameters: number): Kernel {
  const each = numbers(parameters);
  return {
    name: 'AdafactorUpdate',
    variant: String(parameters),
    bindings: [
      ...each.flatMap((index) => [write(`parameter${index}`), read(`gradient${index}`)]),
      read('factors'),
      read('steps'),
    ],
    uniforms: [...each.flatMap(placeUniforms), whole('firstParameter')],
    code: stridedMain(
      'let step = steps[uniforms.firstParameter + group.y]; if (step == 0.0) { return; }',
      each.map(
        (index) => `for (var i = first; i < uniforms.size${index}; i += stride) {
          parameter${index}[i] -= step * gradient${index}[i] * ${FACTOR_OF_VALUE(index)};
        }`,
      ),
    ),
  };
}

/**
 * `AdafactorUpdate` takes `parameter0`, `gradient0`, ..., the `state` of all (row and column means one
 * parameter behind the other, in order) and the `control` of `GradientNorm` with decay and learning rate.
 */
export function adafactorKernels(runner: KernelRunner): Kernels {
  return {
    AdafactorUpdate: ({ inputs, attrs }) => {
      const count = (Object.keys(inputs).length - 2) / 2;
      const pairs = numbers(count).map((index) => ({
        index,
        parameter: input(inputs, `parameter${index}`),
        gradient: input(inputs, `gradient${index}`),
      }));
      const control = input(inputs, 'control');
      const state = input(inputs, 'state');
      const layouts = layoutsOf(pairs.map(({ parameter }) => parameter));
      const table = runner.backend.makeTensorInfo(
        [count, 4],
        'int32',
        Int32Array.from(
          layouts.flatMap(({ rows, columns, factors, sums }) => [rows, columns, factors, sums]),
        ),
      );
      const last = layouts.at(-1);
      const sums = runner.output([last === undefined ? 1 : last.sums + sumsOf(last)]);
      const factors = runner.output([sizeOf(state)]);
      const slices = runner.output([count, DIRECTION_SLICES]);
      const steps = runner.output([count]);
      const at = (index: number): Layout => layouts[index] ?? EMPTY;

      for (const group of inGroups(pairs, GRADIENTS)) {
        const own = group.map(({ index }) => at(index));
        const most = Math.max(...own.map(workgroupsOfSums));
        runner.run(
          sumsKernel(group.length),
          [...group.map(({ gradient }) => gradient), sums],
          Object.fromEntries(
            own.flatMap((layout, index) => [
              [`rows${index}`, layout.rows],
              [`columns${index}`, layout.columns],
              [`sums${index}`, layout.sums],
            ]),
          ),
          [Math.min(MOST_ROW_WORKGROUPS, most), group.length, 2],
        );
      }
      const epsilon = numberAttribute(attrs, 'epsilon');
      runner.run(FACTORS, [table, sums, control, state, factors], { epsilon }, [count]);
      const places = (group: typeof pairs): Record<string, number> => ({
        firstParameter: group[0]?.index ?? 0,
        ...Object.fromEntries(
          group.flatMap(({ index, parameter }, own) => [
            [`size${own}`, sizeOf(parameter)],
            [`columns${own}`, at(index).columns],
            [`factors${own}`, at(index).factors],
          ]),
        ),
      });
      for (const group of inGroups(pairs, GRADIENTS)) {
        const tensors = [...group.map(({ gradient }) => gradient), factors, slices];
        const workgroups = [DIRECTION_SLICES, group.length] as const;
        runner.run(directionsKernel(group.length), tensors, places(group), workgroups);
      }
      const clipThreshold = numberAttribute(attrs, 'clipThreshold');
      runner.run(STEPS, [table, slices, control, steps], { clipThreshold }, [count]);
      for (const group of inGroups(pairs, PARAMETERS)) {
        const tensors = group.flatMap(({ parameter, gradient }) => [parameter, gradient]);
        const sizes = group.map(({ parameter }) => sizeOf(parameter));
        runner.run(
          updateKernel(group.length),
          [...tensors, factors, steps],
          places(group),
          stridedWorkgroups(sizes),
        );
      }
      for (const { dataId } of [table, sums, factors, slices, steps]) {
        runner.backend.disposeData(dataId);
      }
      return [];
    },
  };
}

const EMPTY: Layout = { rows: 1, columns: 1, factors: 0, sums: 0 };

function layoutsOf(parameters: readonly tf.TensorInfo[]): Layout[] {
  let [factors, sums] = [0, 0];
  return parameters.map((parameter) => {
    const columns = parameter.shape.at(-1) ?? 1;
    const layout = { rows: sizeOf(parameter) / columns, columns, factors, sums };
    factors += layout.rows + columns;
    sums += sumsOf(layout);
    return layout;
  });
}

const slicesOf = ({ rows }: Layout): number => Math.ceil(rows / SLICE_ROWS);

const sumsOf = (layout: Layout): number => layout.rows + slicesOf(layout) * layout.columns;

const workgroupsOfSums = (layout: Layout): number =>
  Math.max(layout.rows, slicesOf(layout) * Math.ceil(layout.columns / INVOCATIONS));
