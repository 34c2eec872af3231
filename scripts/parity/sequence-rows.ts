/** The oracle's padded batch: as the tensors PyTorch saw, and as plain token lists. */

import * as tf from '@tensorflow/tfjs-core';
import type { SequencePair } from '../../src/t5/batch';
import type { T5Configuration } from '../../src/t5/configuration';
import { IGNORED_LABEL } from '../../src/tensor/cross-entropy';
import type { SafetensorsFile } from '../../src/weights/safetensors-reader';

type Values = Float32Array | Int32Array;

interface Arrays {
  readonly ids: Values;
  readonly mask: Values;
  readonly labels: Values;
  readonly decoderIds: Values;
  readonly weights: Values;
  readonly teacherLogits: Values;
}

export class SequenceRows {
  readonly count: number;
  private readonly arrays: Arrays;
  private readonly vocabularySize: number;

  private constructor(arrays: Arrays, count: number, vocabularySize: number) {
    this.arrays = arrays;
    this.count = count;
    this.vocabularySize = vocabularySize;
  }

  static async read(file: SafetensorsFile, configuration: T5Configuration): Promise<SequenceRows> {
    const count = file.tensors.find(({ name }) => name === 'input_ids')?.shape[0];
    if (count === undefined) {
      throw new Error(`${file.name}: expected a tensor "input_ids", found none.`);
    }
    const arrays = {
      ids: await file.readTensor('input_ids'),
      mask: await file.readTensor('attention_mask'),
      labels: await file.readTensor('labels'),
      decoderIds: await file.readTensor('decoder_input_ids'),
      weights: await file.readTensor('token_weights'),
      teacherLogits: await file.readTensor('teacher_logits'),
    };
    return new SequenceRows(arrays, count, configuration.vocabularySize);
  }

  /** The caller disposes of them. */
  tensors() {
    const { ids, mask, labels, decoderIds, weights, teacherLogits } = this.arrays;
    const shape: [number, number] = [this.count, ids.length / this.count];
    const targetShape: [number, number] = [this.count, labels.length / this.count];
    return {
      ids: tf.tensor2d(ids, shape, 'int32'),
      mask: tf.tensor2d(Float32Array.from(mask), shape),
      decoderIds: tf.tensor2d(decoderIds, targetShape, 'int32'),
      labels: tf.tensor1d(labels, 'int32'),
      weights: tf.tensor1d(weights, 'float32'),
      ones: tf.ones([labels.length]),
      teacherLogits: tf.tensor2d(teacherLogits, [labels.length, this.vocabularySize], 'float32'),
    };
  }

  inputs(): number[][] {
    return this.split(this.arrays.ids).map((row, index) => {
      const mask = this.split(this.arrays.mask)[index] ?? [];
      return row.filter((_, position) => mask[position] !== 0);
    });
  }

  pairs(): SequencePair[] {
    const inputs = this.inputs();
    return this.split(this.arrays.labels).map((labels, row) => ({
      input: inputs[row] ?? [],
      target: labels.filter((label) => label !== IGNORED_LABEL),
    }));
  }

  /** The rows of `[batch, length, width]` values whose position is no padding. */
  unpadded(values: ArrayLike<number>, width: number): number[] {
    const kept: number[] = [];
    this.arrays.mask.forEach((seen, position) => {
      if (seen === 0) return;
      for (let column = 0; column < width; column++) {
        kept.push(values[position * width + column] ?? Number.NaN);
      }
    });
    return kept;
  }

  private split(values: Values): number[][] {
    const columns = values.length / this.count;
    return Array.from({ length: this.count }, (_, row) =>
      Array.from(values.slice(row * columns, (row + 1) * columns)),
    );
  }
}
