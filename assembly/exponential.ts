/** Exponential and logarithm of four values at once: the polynomials of Moshier's Cephes, single precision. */

// @ts-ignore: decorator
@inline
const SHIFT: f32 = 12582912; // 1.5 * 2^23: adding it leaves the rounded integer in the low bits
// @ts-ignore: decorator
@inline
const LARGEST: f32 = 88.72283;
// @ts-ignore: decorator
@inline
const SMALLEST: f32 = -87.33;

/** Bytes of the table of constants. */
export function tableBytes(): usize {
  return 13 << 4;
}

let table: usize = 0;

/**
 * Writes the constants of the exponential to memory. Loading them is twice as fast as what V8 makes
 * of vector constants, which it builds anew, from two general registers, wherever they are used.
 */
export function prepareTable(pointer: usize): void {
  table = pointer;
  put(0, LARGEST);
  put(1, SMALLEST);
  put(2, 1.44269504);
  put(3, SHIFT);
  put(4, 0.693359375);
  put(5, 2.12194440e-4);
  put(6, 1.9875691500e-4);
  put(7, 1.3981999507e-3);
  put(8, 8.3334519073e-3);
  put(9, 4.1665795894e-2);
  put(10, 1.6666665459e-1);
  put(11, 5.0000001201e-1);
  put(12, 1);
}

function put(place: usize, value: f32): void {
  v128.store(table + (place << 4), f32x4.splat(value));
}

/** Where the constants are: for {@link exp4}, read once before a loop. */
// @ts-ignore: decorator
@inline
export function tablePointer(): usize {
  return table;
}

/** `e^x`; 0 where the result would be subnormal, infinity where it would overflow. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128, constants: usize): v128 {
  const largest = v128.load(constants);
  const result = expBelow4(f32x4.pmin(x, largest), constants);
  return f32x4.add(result, v128.and(f32x4.gt(x, largest), f32x4.splat(Infinity)));
}

/** {@link exp4} for values that cannot overflow: at most 88.7. */
// @ts-ignore: decorator
@inline
export function expBelow4(x: v128, constants: usize): v128 {
  const smallest = v128.load(constants, 16);
  const inside = f32x4.pmax(x, smallest);
  const shift = v128.load(constants, 48);
  const shifted = f32x4.add(f32x4.mul(inside, v128.load(constants, 32)), shift);
  const n = f32x4.sub(shifted, shift);
  let r = f32x4.sub(inside, f32x4.mul(n, v128.load(constants, 64)));
  r = f32x4.add(r, f32x4.mul(n, v128.load(constants, 80)));
  let y = f32x4.add(f32x4.mul(r, v128.load(constants, 96)), v128.load(constants, 112));
  y = f32x4.add(f32x4.mul(y, r), v128.load(constants, 128));
  y = f32x4.add(f32x4.mul(y, r), v128.load(constants, 144));
  y = f32x4.add(f32x4.mul(y, r), v128.load(constants, 160));
  y = f32x4.add(f32x4.mul(y, r), v128.load(constants, 176));
  y = f32x4.add(f32x4.mul(y, f32x4.mul(r, r)), r);
  y = f32x4.add(y, v128.load(constants, 192));
  const result = i32x4.add(y, i32x4.shl(shifted, 23));
  return v128.andnot(result, f32x4.lt(x, smallest));
}

/** Natural logarithm; -infinity at 0, NaN below. */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const tiny = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const scaled = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, tiny);
  let e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(scaled, 23), i32x4.splat(126)));
  e = f32x4.sub(e, v128.and(tiny, f32x4.splat(23)));
  let m = v128.or(v128.and(scaled, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const low = f32x4.lt(m, f32x4.splat(0.707106781));
  e = f32x4.sub(e, v128.and(low, f32x4.splat(1)));
  m = f32x4.add(f32x4.sub(m, f32x4.splat(1)), v128.and(low, m));
  const z = f32x4.mul(m, m);
  let y = f32x4.add(f32x4.mul(m, f32x4.splat(7.0376836292e-2)), f32x4.splat(-1.1514610310e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(1.1676998740e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(-1.2420140846e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(1.4249322787e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(-1.6668057665e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(2.0000714765e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(-2.4999993993e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(3.3333331174e-1));
  y = f32x4.mul(f32x4.mul(y, m), z);
  y = f32x4.sub(y, f32x4.mul(e, f32x4.splat(2.12194440e-4)));
  y = f32x4.sub(y, f32x4.mul(z, f32x4.splat(0.5)));
  let result = f32x4.add(f32x4.add(m, y), f32x4.mul(e, f32x4.splat(0.693359375)));
  const ordinary = f32x4.lt(x, f32x4.splat(Infinity));
  result = v128.bitselect(result, x, ordinary); // infinity and NaN stay what they are
  result = v128.bitselect(f32x4.splat(-Infinity), result, f32x4.eq(x, f32x4.splat(0)));
  return v128.bitselect(f32x4.splat(NaN), result, f32x4.lt(x, f32x4.splat(0)));
}
