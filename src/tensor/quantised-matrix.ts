/** A weight matrix that stays quantised on the device: integers and scales in planes of their own. */

import * as tf from '@tensorflow/tfjs-core';
import { BLOCK_ELEMENTS } from '../weights/quantization';
import {
  integerBytes,
  type QuantisedFormat,
  type QuantisedPlanes,
} from '../weights/quantised-planes';
import { releaseBytes } from '../weights/release-bytes';
import { outputAt, runKernel } from './fused-kernel';
import { runnerOf } from './webgpu/running';

/** So many values are read and moved to the device at a time, in whole rows: 1 MB in Q8_0. */
const PART_VALUES = 1024 * 1024;

/** Whether the current backend multiplies with quantised weights. */
export function keepsQuantised(): boolean {
  return runnerOf(tf.backend()) !== undefined;
}

export class QuantisedMatrix {
  readonly format: QuantisedFormat;
  readonly shape: readonly [rows: number, columns: number];
  readonly #integers: tf.Tensor;
  readonly #scales: tf.Tensor;

  private constructor(
    format: QuantisedFormat,
    shape: readonly [number, number],
    integers: tf.Tensor,
    scales: tf.Tensor,
  ) {
    this.format = format;
    this.shape = shape;
    this.#integers = integers;
    this.#scales = scales;
  }

  /**
   * Reads a matrix part by part, so that it is never whole in JavaScript's memory.
   *
   * @param shape `[rows, columns]`, the columns a multiple of 32
   * @param readPlanes reads `count` values from value `start` on, in whole blocks
   * @throws Error when the backend has no kernels for it, or the device cannot bind so large a plane
   */
  static async read(
    format: QuantisedFormat,
    shape: readonly [rows: number, columns: number],
    readPlanes: (start: number, count: number) => Promise<QuantisedPlanes>,
  ): Promise<QuantisedMatrix> {
    const runner = runnerOf(tf.backend());
    if (runner === undefined) {
      throw new Error(
        `Quantised weights: expected the WebGPU backend, found "${tf.getBackend()}". Dequantise them on this one.`,
      );
    }
    const [rows, columns] = shape;
    if (columns % BLOCK_ELEMENTS !== 0) {
      throw new Error(
        `Quantised weights: expected a multiple of ${BLOCK_ELEMENTS} columns, found ${columns}.`,
      );
    }
    const blocks = (rows * columns) / BLOCK_ELEMENTS;
    const bytes = blocks * integerBytes(format);
    const most = runner.backend.device.limits.maxStorageBufferBindingSize;
    if (bytes > most) {
      throw new Error(
        `Quantised weights: expected a matrix of at most ${most} bytes, which is what this GPU can bind; found one of ${bytes}. Choose a smaller model.`,
      );
    }
    const plane = (length: number) =>
      tf.keep(tf.engine().makeTensorFromTensorInfo(runner.output([length], 'int32')));
    const integers = plane(bytes / 4);
    const scales = plane(Math.ceil(blocks / 2));
    const matrix = new QuantisedMatrix(format, shape, integers, scales);
    try {
      // An even number of rows has an even number of scales, which fill whole words.
      const partRows = 2 * Math.max(1, Math.floor(PART_VALUES / columns / 2));
      for (let row = 0; row < rows; row += partRows) {
        const start = row * columns;
        const count = Math.min(partRows, rows - row) * columns;
        const planes = await readPlanes(start, count);
        const block = start / BLOCK_ELEMENTS;
        runner.write(integers, block * integerBytes(format), planes.integers);
        runner.write(scales, 2 * block, wholeWords(planes.scales));
        releaseBytes(planes.integers);
        releaseBytes(planes.scales);
      }
    } catch (error) {
      matrix.dispose();
      throw error;
    }
    return matrix;
  }

  /** Bytes on the device. */
  get bytes(): number {
    return 4 * (this.#integers.size + this.#scales.size);
  }

  /**
   * `x · thisᵀ`, or `residual + x · thisᵀ`; without a gradient of its own: see {@link multiplyGradient}.
   *
   * @param x `[rows, columns of this]`
   * @param residual `[rows, rows of this]`
   */
  multiply(x: tf.Tensor, residual?: tf.Tensor): tf.Tensor {
    const [rows] = this.shape;
    const inputs = { x, ...this.#planes(), ...(residual ? { residual } : {}) };
    return outputAt(runKernel('QuantisedMatMul', inputs, { format: this.format, rows }), 0);
  }

  /**
   * The gradient of {@link multiply}'s `x` from that of the product: `gradient · this`.
   *
   * @param gradient `[rows, rows of this]`
   * @returns `[rows, columns of this]`
   */
  multiplyGradient(gradient: tf.Tensor): tf.Tensor {
    const [, columns] = this.shape;
    const inputs = { gradient, ...this.#planes() };
    return outputAt(
      runKernel('QuantisedMatMulGradient', inputs, { format: this.format, columns }),
      0,
    );
  }

  /**
   * The rows with these numbers, dequantised; without a gradient.
   *
   * @param ids int32, any shape
   * @returns `[...ids, columns of this]`
   */
  rows(ids: tf.Tensor): tf.Tensor {
    const [rows, columns] = this.shape;
    const attributes = { format: this.format, rows, columns };
    return outputAt(runKernel('QuantisedRows', { ids, ...this.#planes() }, attributes), 0);
  }

  /** All of it, dequantised; `[rows, columns]`. */
  floats(): tf.Tensor {
    const [rows] = this.shape;
    return tf.tidy(() => this.rows(tf.range(0, rows, 1, 'int32')));
  }

  dispose(): void {
    this.#integers.dispose();
    this.#scales.dispose();
  }

  #planes() {
    return { integers: this.#integers, scales: this.#scales };
  }
}

/** The bytes of these scales, one more scale of zero after an odd number of them. */
function wholeWords(scales: Uint16Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (scales.length % 2 === 0) return new Uint8Array(scales.buffer);
  const padded = new Uint16Array(scales.length + 1);
  padded.set(scales);
  return new Uint8Array(padded.buffer);
}
