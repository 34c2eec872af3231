/** tf.matMul on the wasm backend: our own packed product, equally fast in every transposition. */

import * as tf from '@tensorflow/tfjs-core';
import type { KernelModule } from './kernel-module';
import { input } from '../kernel-inputs';

/** The kernel of `tf.matMul` for float32 tensors, its batch dimensions broadcast. */
export function batchMatMulKernel(module: KernelModule): tf.KernelFunc {
  const multiplyBatch = module.function('multiplyBatch');
  const scratchBytes = module.function('multiplyScratchBytes');
  return ({ inputs, attrs }) => {
    const a = input(inputs, 'a');
    const b = input(inputs, 'b');
    const transposeA = attrs?.['transposeA'] === true;
    const transposeB = attrs?.['transposeB'] === true;
    if (a.dtype !== 'float32' || b.dtype !== 'float32') {
      throw new Error(`matMul: expected float32 tensors, found ${a.dtype} and ${b.dtype}.`);
    }
    const [rowsA = 1, columnsA = 1] = a.shape.slice(-2);
    const [rowsB = 1, columnsB = 1] = b.shape.slice(-2);
    const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
    const [n, depth] = transposeB ? [rowsB, columnsB] : [columnsB, rowsB];
    if (k !== depth) {
      throw new Error(
        `matMul: expected equal inner sizes, found ${k} and ${depth} in [${a.shape.join(', ')}]${transposeA ? 'ᵀ' : ''} times [${b.shape.join(', ')}]${transposeB ? 'ᵀ' : ''}.`,
      );
    }
    const outerA = a.shape.slice(0, -2);
    const outerB = b.shape.slice(0, -2);
    const outer = tf.broadcast_util.assertAndGetBroadcastShape(outerA, outerB);
    const output = module.output([...outer, m, n]);
    const scratch = module.scratch(scratchBytes(n));
    const product = (
      [offsetA, nextA]: readonly [number, number],
      [offsetB, nextB]: readonly [number, number],
      offsetC: number,
      rows: number,
      batch: number,
    ) =>
      multiplyBatch(
        module.pointer(a) + 4 * offsetA,
        columnsA,
        Number(transposeA),
        nextA,
        module.pointer(b) + 4 * offsetB,
        columnsB,
        Number(transposeB),
        nextB,
        module.pointer(output) + 4 * offsetC,
        rows * n,
        rows,
        n,
        k,
        batch,
        scratch,
      );
    const batch = tf.util.sizeFromShape(outer);
    const batchA = tf.util.sizeFromShape(outerA);
    const batchB = tf.util.sizeFromShape(outerB);
    if (batchA === batch && batchB === 1 && !transposeA) {
      // One product with the rows of all matrices: B is packed only once.
      product([0, 0], [0, 0], 0, batch * m, 1);
    } else if ((batchA === batch || batchA === 1) && (batchB === batch || batchB === 1)) {
      const nextA = batchA === 1 ? 0 : m * k;
      const nextB = batchB === 1 ? 0 : k * n;
      product([0, nextA], [0, nextB], 0, m, batch);
    } else {
      const strides = tf.util.computeStrides(outer);
      for (let i = 0; i < batch; i++) {
        const place = tf.util.indexToLoc(i, outer.length, strides);
        const offsetA = broadcastIndex(place, outerA) * m * k;
        const offsetB = broadcastIndex(place, outerB) * k * n;
        product([offsetA, 0], [offsetB, 0], i * m * n, m, 1);
      }
    }
    return output;
  };
}

/** The flat index in `shape` of a place in the shape it is broadcast to. */
function broadcastIndex(place: readonly number[], shape: readonly number[]): number {
  const skipped = place.length - shape.length;
  return shape.reduce(
    (index, size, axis) => index * size + (size === 1 ? 0 : (place[axis + skipped] ?? 0)),
    0,
  );
}
