/** WGSL that the invocations of a workgroup share: reductions in a fixed order, and spreading rows over workgroups. */

/** Workgroups along x; further rows go along y, because a dimension ends at 65,535. */
export const ROWS_ALONG_X = 32_768;

/** Workgroups for one row each; the kernel reads its row with {@link ROW_OF_WORKGROUP}. */
export function workgroupsOfRows(rows: number): [number, number] {
  return [Math.min(rows, ROWS_ALONG_X), Math.ceil(rows / ROWS_ALONG_X)];
}

/** `rowOfWorkgroup(group)`, for dispatches of {@link workgroupsOfRows}. */
export const ROW_OF_WORKGROUP = `
fn rowOfWorkgroup(group: vec3<u32>) -> u32 { return group.y * ${ROWS_ALONG_X}u + group.x; }`;

/**
 * `isFinite(x)` by bit pattern: a WGSL compiler may assume that there are no infinities and no NaN, and
 * then leaves a comparison with them out.
 */
export const IS_FINITE = `
fn isFinite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u; }`;

/**
 * `name(value, lane)`: the total over the workgroup, which every invocation gets; always combined in the same
 * order. Two barriers: some invocations combine the values of many, then all combine those few results. A tree
 * by halves would take one barrier for every bit of the invocations' number.
 */
export function workgroupReduction(
  name: string,
  type: string,
  invocations: number,
  combine: (first: string, second: string) => string,
): string {
  const few = 2 ** Math.ceil(Math.log2(invocations) / 2);
  return `
var<workgroup> ${name}Values: array<${type}, ${invocations}>;
var<workgroup> ${name}Parts: array<${type}, ${few}>;
fn ${name}(value: ${type}, lane: u32) -> ${type} {
  ${name}Values[lane] = value;
  workgroupBarrier();
  if (lane < ${few}u) {
    var part = ${name}Values[lane];
    for (var i = lane + ${few}u; i < ${invocations}u; i += ${few}u) {
      part = ${combine('part', `${name}Values[i]`)};
    }
    ${name}Parts[lane] = part;
  }
  workgroupBarrier();
  var total = ${name}Parts[0];
  for (var i = 1u; i < ${few}u; i++) { total = ${combine('total', `${name}Parts[i]`)}; }
  return total;
}`;
}
