/** WGSL that reads a factor of a matrix product four values at a time, however it is stored. */

import type { QuantisedFormat } from '../../weights/quantised-planes';
import type { KernelBinding, KernelUniform } from './kernel';

/**
 * How a factor is stored, seen as `[outer, inner]` with the inner dimension summed over: `inner` or `outer`
 * says which one is contiguous; the others are quantised with `inner` contiguous or, marked so, with `outer`.
 */
export type OperandStorage = 'inner' | 'outer' | QuantisedFormat | `${QuantisedFormat} outer`;

/** Whether the outer dimension is the contiguous one. */
export function isOuterContiguous(
  storage: OperandStorage,
): storage is Exclude<OperandStorage, 'inner' | QuantisedFormat> {
  return storage === 'outer' || storage === 'Q8_0 outer' || storage === 'Q4_0 outer';
}

/** Whether an operand is floats, of which a product may take a part. */
export function isFloats(storage: OperandStorage): storage is 'inner' | 'outer' {
  return storage === 'inner' || storage === 'outer';
}

export interface Operand {
  readonly name: 'a' | 'b';
  readonly storage: OperandStorage;
  /** Whether the contiguous dimension is a multiple of 4, so that four values can be loaded at once. */
  readonly vectors: boolean;
}

/** Storage buffers of an operand, in order. */
export function operandBindings({ name, storage, vectors }: Operand): KernelBinding[] {
  if (isFloats(storage)) {
    return [{ name, access: 'read', type: vectors ? 'array<vec4<f32>>' : 'array<f32>' }];
  }
  return [
    { name: `${name}Integers`, access: 'read', type: 'array<vec4<u32>>' },
    { name: `${name}Scales`, access: 'read', type: 'array<u32>' },
  ];
}

/** Where in its buffer an operand starts, in elements, and how far its next matrix is. */
export function operandUniforms({ name, storage }: Operand): KernelUniform[] {
  if (!isFloats(storage)) return [];
  return [
    { name: `${name}Start`, type: 'u32' },
    { name: `${name}Stride`, type: 'u32' },
  ];
}

/**
 * A half-precision number from its 16 bits, exactly: `unpack2x16float` may flush the smallest to zero.
 * Infinities do not occur, because loading refuses them.
 */
const HALF_TO_FLOAT = `
fn halfToFloat(half: u32) -> f32 {
  let magnitude = half & 0x7fffu;
  let normal = bitcast<f32>((magnitude << 13u) + 0x38000000u);
  let size = select(normal, f32(magnitude) * 0x1p-24, magnitude < 0x400u);
  return select(size, -size, (half & 0x8000u) != 0u);
}`;

/**
 * Declares \`weights\`: four dequantised weights of one row, those of quad number \`quad\` of the row's
 * inner dimension; the same floats as the plain dequantisation gives.
 */
export function quantisedQuadCode(name: string, format: QuantisedFormat): string {
  const decode = `${HALF_TO_FLOAT}
fn ${name}Scale(block: u32) -> f32 {
  return halfToFloat((${name}Scales[block / 2u] >> (16u * (block & 1u))) & 0xffffu);
}`;
  switch (format) {
    // A word holds four signed bytes; a block of 32 fills two vectors of words.
    case 'Q8_0':
      return `${decode}
fn ${name}Weights(word: u32, quad: u32) -> vec4<f32> {
  return vec4<f32>(vec4<i32>(vec4<u32>(word) << vec4<u32>(24u, 16u, 8u, 0u)) >> vec4<u32>(24u));
}
fn ${name}Vector(row: u32, quad: u32, quads: u32) -> u32 { return (row * quads + quad) / 4u; }
fn ${name}Word(words: vec4<u32>, quad: u32) -> u32 { return words[quad & 3u]; }`;
    // The low nibbles of a block's four words are its weights 0 to 15, the high ones 16 to 31.
    case 'Q4_0':
      return `${decode}
fn ${name}Weights(word: u32, quad: u32) -> vec4<f32> {
  let shifts = vec4<u32>(0u, 8u, 16u, 24u) + vec4<u32>(quad & 4u);
  return vec4<f32>(vec4<i32>((vec4<u32>(word) >> shifts) & vec4<u32>(15u)) - vec4<i32>(8));
}
fn ${name}Vector(row: u32, quad: u32, quads: u32) -> u32 { return (row * quads + quad) / 8u; }
fn ${name}Word(words: vec4<u32>, quad: u32) -> u32 { return words[quad & 3u]; }`;
    default:
      return format satisfies never;
  }
}

/**
 * Declares \`NAMEQuad(start, outer, inner) -> vec4<f32>\`: four values along the contiguous dimension,
 * zeros where they lie outside of the matrix.
 *
 * @param outerSize WGSL of the size of the outer dimension
 * @param innerSize WGSL of the size of the inner dimension
 */
export function quadCode(operand: Operand, outerSize: string, innerSize: string): string {
  const { name, storage, vectors } = operand;
  switch (storage) {
    case 'Q8_0':
    case 'Q4_0':
      return quantisedAlong(name, storage, ['outer', outerSize], ['inner', innerSize]);
    case 'Q8_0 outer':
      return quantisedAlong(name, 'Q8_0', ['inner', innerSize], ['outer', outerSize]);
    case 'Q4_0 outer':
      return quantisedAlong(name, 'Q4_0', ['inner', innerSize], ['outer', outerSize]);
    case 'inner':
      return along(name, vectors, ['outer', outerSize], ['inner', innerSize]);
    case 'outer':
      return along(name, vectors, ['inner', innerSize], ['outer', outerSize]);
    default:
      return storage satisfies never;
  }
}

/** Four dequantised values along `fast`, the contiguous dimension, whose size is a multiple of 32. */
function quantisedAlong(
  name: string,
  format: QuantisedFormat,
  [slow, slowSize]: readonly [string, string],
  [fast, fastSize]: readonly [string, string],
): string {
  return `${quantisedQuadCode(name, format)}
fn ${name}Quad(start: u32, outer: u32, inner: u32) -> vec4<f32> {
  if (${slow} >= ${slowSize} || ${fast} >= ${fastSize}) { return vec4<f32>(); }
  let quad = ${fast} / 4u;
  let quads = ${fastSize} / 4u;
  let words = ${name}Integers[${name}Vector(${slow}, quad, quads)];
  let scale = ${name}Scale((${slow} * quads + quad) / 8u);
  return ${name}Weights(${name}Word(words, quad), quad) * scale;
}`;
}

/** Four values along `fast`, the contiguous dimension. */
function along(
  name: string,
  vectors: boolean,
  [slow, slowSize]: readonly [string, string],
  [fast, fastSize]: readonly [string, string],
): string {
  const load = vectors
    ? `return ${name}[(start + ${slow} * ${fastSize} + ${fast}) / 4u];`
    : `let at = start + ${slow} * ${fastSize} + ${fast};
  var quad = vec4<f32>(${name}[at], 0.0, 0.0, 0.0);
  if (${fast} + 1u < ${fastSize}) { quad.y = ${name}[at + 1u]; }
  if (${fast} + 2u < ${fastSize}) { quad.z = ${name}[at + 2u]; }
  if (${fast} + 3u < ${fastSize}) { quad.w = ${name}[at + 3u]; }
  return quad;`;
  return `
fn ${name}Quad(start: u32, outer: u32, inner: u32) -> vec4<f32> {
  if (${slow} >= ${slowSize} || ${fast} >= ${fastSize}) { return vec4<f32>(); }
  ${load}
}`;
}
