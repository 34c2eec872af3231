/** The gated GELU of T5 v1.1 and its gradient, elementwise. */

import { exp4, tablePointer } from './exponential';
import { loadPart, storePart } from './lanes';

// @ts-ignore: decorator
@inline
const SLOPE: f32 = 1.5957691216057308; // 2 sqrt(2/π): tanh of one half of it is a logistic function of it
// @ts-ignore: decorator
@inline
const CUBIC: f32 = 0.044715;

/** The logistic function at `2 sqrt(2/π)(x + 0.044715 x³)`: GELU is x times it. */
// @ts-ignore: decorator
@inline
function gateOf(x: v128, square: v128, constants: usize): v128 {
  const cubic = f32x4.add(f32x4.splat(1), f32x4.mul(square, f32x4.splat(CUBIC)));
  const inner = f32x4.mul(f32x4.mul(x, f32x4.splat(-SLOPE)), cubic);
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp4(inner, constants)));
}

// @ts-ignore: decorator
@inline
function forward4(gate: v128, up: v128, constants: usize): v128 {
  return f32x4.mul(f32x4.mul(gate, gateOf(gate, f32x4.mul(gate, gate), constants)), up);
}

/** `output = gelu(gate) * up`. */
export function gatedGelu(gate: usize, up: usize, output: usize, count: usize): void {
  const constants = tablePointer();
  const whole = (count & ~3) << 2;
  for (let at: usize = 0; at < whole; at += 16) {
    v128.store(output + at, forward4(v128.load(gate + at), v128.load(up + at), constants));
  }
  const rest = count & 3;
  if (rest) {
    const value = forward4(loadPart(gate + whole, rest, 0), loadPart(up + whole, rest, 0), constants);
    storePart(output + whole, value, rest);
  }
}

/** The derivative of GELU, given the logistic function there. */
// @ts-ignore: decorator
@inline
function slopeOf(x: v128, square: v128, logistic: v128): v128 {
  const one = f32x4.splat(1);
  const inner = f32x4.add(one, f32x4.mul(square, f32x4.splat(3 * CUBIC)));
  const bend = f32x4.mul(f32x4.mul(x, f32x4.splat(SLOPE)), inner);
  const change = f32x4.mul(bend, f32x4.sub(one, logistic));
  return f32x4.mul(logistic, f32x4.add(one, change));
}

/** Gradients of both inputs of {@link gatedGelu}. */
export function gatedGeluGradient(
  gradient: usize,
  gate: usize,
  up: usize,
  gradientGate: usize,
  gradientUp: usize,
  count: usize,
): void {
  const constants = tablePointer();
  for (let at: usize = 0; at < count << 2; at += 16) {
    const rest = count - (at >> 2);
    const part = rest < 4;
    const g = part ? loadPart(gradient + at, rest, 0) : v128.load(gradient + at);
    const x = part ? loadPart(gate + at, rest, 0) : v128.load(gate + at);
    const u = part ? loadPart(up + at, rest, 0) : v128.load(up + at);
    const square = f32x4.mul(x, x);
    const logistic = gateOf(x, square, constants);
    const ofUp = f32x4.mul(g, f32x4.mul(x, logistic));
    const ofGate = f32x4.mul(f32x4.mul(g, u), slopeOf(x, square, logistic));
    if (part) {
      storePart(gradientUp + at, ofUp, rest);
      storePart(gradientGate + at, ofGate, rest);
    } else {
      v128.store(gradientUp + at, ofUp);
      v128.store(gradientGate + at, ofGate);
    }
  }
}
