/** How many floating-point operations a dispatch is, from the uniforms of our kernels. */

export interface Operations {
  /** Of matrix products: two a multiplication with its addition. */
  readonly products: number;
  /** Of the products inside of attention. */
  readonly attention: number;
  /** Of everything else, estimated from the values it reads and writes. */
  readonly others: number;
}

/** Between one (a residual) and twenty (a GELU): what AdamW, norms and the loss take a value. */
const OPERATIONS_A_VALUE = 5;

/** Products of queries times keys that an attention kernel computes, scores computed again included. */
const ATTENTION_PRODUCTS: ReadonlyMap<string, number> = new Map([
  ['Attention', 2],
  ['AttentionOfRows', 2],
  ['AttentionGradientOfQuery', 3],
  ['AttentionGradientOfKeyAndValue', 4],
  ['AttentionGradientOfBias', 2],
]);

/**
 * @param kernel its name
 * @param bytes of all its tensors
 */
export function operationsOf(
  kernel: string,
  uniforms: Readonly<Record<string, number>>,
  bytes: number,
): Operations {
  const size = (...names: string[]): number =>
    names.reduce((product, name) => product * (uniforms[name] ?? NaN), 1);
  if (kernel === 'MatMul') {
    const products = 2 * size('rows', 'columns', 'inner', 'matrices');
    return { products, attention: 0, others: 0 };
  }
  if (kernel === 'MatMulFewRows') {
    return { products: 2 * size('rows', 'columns', 'inner'), attention: 0, others: 0 };
  }
  const count = ATTENTION_PRODUCTS.get(kernel);
  if (count !== undefined) {
    const attention = 2 * count * size('batch', 'heads', 'queries', 'keys', 'size');
    return { products: 0, attention, others: 0 };
  }
  return { products: 0, attention: 0, others: (OPERATIONS_A_VALUE * bytes) / 4 };
}
