/** The output layer and the loss on its logits in one operation that never holds all logits. */

import * as tf from '@tensorflow/tfjs-core';
import { scaled } from './accumulate';
import { crossEntropy, IGNORED_LABEL } from './cross-entropy';
import { hasKernel, outputAt, runKernel, withGradient } from './fused-kernel';
import { addProduct, backThrough, linear, trainedMatrix, type Matrix } from './linear';

/**
 * What a teacher said of every position: its likeliest tokens only. Their probabilities are taken to sum
 * to one, so the mass of all other tokens counts as none; with every token given, the loss is exact.
 */
export interface TeacherLogits {
  /** int32 `[rows, candidates]`, no token twice in a row */
  readonly ids: tf.Tensor;
  /** float `[rows, candidates]` */
  readonly logits: tf.Tensor;
  readonly temperature: number;
  /** Share of the teacher in the loss, 0 to 1; the rest is cross-entropy against the labels. */
  readonly share: number;
}

export interface LanguageModelTargets {
  /** int32 `[rows]`, {@link IGNORED_LABEL} where a row carries no loss */
  readonly labels: tf.Tensor;
  /** float `[rows]` */
  readonly weights: tf.Tensor;
  readonly teacher?: TeacherLogits;
  /** What the weighted sum is divided by: the weights of a batch these rows are a part of; their own when absent. */
  readonly totalWeight?: number;
}

/** Logits that are held at a time: half of the 128 MiB a GPU lets a kernel bind by default. */
const CHUNK_BYTES = 64 * 1024 * 1024;

/**
 * `sum(w [(1 - share) crossEntropy + share T² KL(teacher || student)]) / sum(w)` over the labelled rows,
 * as a composition over all logits at once.
 *
 * @param states `[rows, model]`
 * @param head `[vocabulary, model]`
 * @returns a scalar, in nats a token
 */
export function languageModelLossReference(
  states: tf.Tensor,
  head: Matrix,
  { labels, weights, teacher, totalWeight }: LanguageModelTargets,
): tf.Scalar {
  const logits = linear(states, head);
  const seen = tf.mul(weights, tf.cast(tf.notEqual(labels, IGNORED_LABEL), 'float32'));
  const total = totalWeight ?? tf.maximum(tf.sum(seen), 1e-12);
  const mean = (losses: tf.Tensor): tf.Tensor => tf.div(tf.sum(tf.mul(losses, seen)), total);
  const hard = mean(crossEntropy(logits, labels));
  if (teacher === undefined) return tf.reshape(hard, []);
  const { temperature, share } = teacher;
  const expected = teacherProbabilities(teacher, head.shape[0] ?? 0);
  const found = tf.logSoftmax(tf.div(logits, temperature), -1);
  const entropy = tf.sum(tf.mul(expected, tf.log(tf.maximum(expected, 1e-38))), -1);
  const divergence = tf.sub(entropy, tf.sum(tf.mul(expected, found), -1));
  const soft = tf.mul(mean(divergence), temperature * temperature);
  return tf.reshape(tf.add(tf.mul(hard, 1 - share), tf.mul(soft, share)), []);
}

/**
 * As {@link languageModelLossReference}, but neither the logits `[rows, vocabulary]` nor their gradient
 * are ever whole in memory: some rows at a time go through the output layer, and the gradients are
 * computed together with the loss, so that no product is computed twice (fused linear cross-entropy).
 * A frozen head has no gradient, and the product for it is saved.
 */
export function languageModelLoss(
  states: tf.Tensor,
  head: Matrix,
  targets: LanguageModelTargets,
): tf.Scalar {
  const [rows = 0] = states.shape;
  const [vocabulary = 0] = head.shape;
  checkTargets(rows, targets);
  if (!hasKernel('LanguageModelLossRows') && 4 * rows * vocabulary <= CHUNK_BYTES) {
    return languageModelLossReference(states, head, targets);
  }
  const chunkRows = rowsOfChunk(rows, vocabulary);
  const trainedHead = trainedMatrix(head);
  if (!tf.engine().isTapeOn()) {
    return tf.tidy(() => inChunks(states, head, targets, chunkRows, false).loss);
  }
  const loss = withGradient(
    trainedHead === null ? [states] : [states, trainedHead],
    () => {
      const computed = inChunks(states, head, targets, chunkRows, true);
      return { value: computed.loss, kept: [...computed.gradients] };
    },
    (gradient, kept) => kept.map((own) => scaled(own, gradient)),
  );
  return tf.reshape(loss, []);
}

/** Rows of a chunk, so that chunks are of equal size but for the last. */
export function rowsOfChunk(rows: number, vocabulary: number, bytes = CHUNK_BYTES): number {
  const most = Math.max(1, Math.floor(bytes / (4 * vocabulary)));
  return Math.max(1, Math.ceil(rows / Math.ceil(rows / most)));
}

interface LossAndGradients {
  readonly loss: tf.Scalar;
  /** Of the states and, unless it is frozen, of the head; empty where none were asked for. */
  readonly gradients: readonly tf.Tensor[];
}

/** Loss and gradients of `chunkRows` rows at a time; to be called in a tidy. */
export function inChunks(
  states: tf.Tensor,
  head: Matrix,
  targets: LanguageModelTargets,
  chunkRows: number,
  withGradients: boolean,
): LossAndGradients {
  const [rows = 0, model = 0] = states.shape;
  const coefficients = rowCoefficients(targets);
  const losses: tf.Tensor[] = [];
  const ofStates: tf.Tensor[] = [];
  let ofHead: tf.Tensor | null = null;
  for (let first = 0; first < rows; first += chunkRows) {
    const count = Math.min(chunkRows, rows - first);
    const before = ofHead;
    const [rowLosses, ...gradients] = tf.tidy((): tf.Tensor[] => {
      const part = count === rows ? states : tf.slice(states, [first, 0], [count, model]);
      const logits = linear(part, head);
      const chunk = { logits, first, count };
      if (!withGradients) return [lossOfRows(chunk, coefficients, targets, false).losses];
      const computed = lossOfRows(chunk, coefficients, targets, true);
      const ofPart = backThrough(computed.gradient, head);
      if (trainedMatrix(head) === null) return [computed.losses, ofPart];
      return [computed.losses, ofPart, addProduct(before, computed.gradient, part, true)];
    });
    if (rowLosses !== undefined) losses.push(rowLosses);
    const [stateGradient, headGradient] = gradients;
    if (stateGradient !== undefined) ofStates.push(stateGradient);
    if (headGradient !== undefined) ofHead = headGradient;
  }
  const loss = tf.sum<tf.Scalar>(joined(losses));
  if (ofStates.length === 0) return { loss, gradients: [] };
  return { loss, gradients: [joined(ofStates), ...(ofHead === null ? [] : [ofHead])] };
}

const joined = (parts: readonly tf.Tensor[]): tf.Tensor => {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : tf.concat([...parts], 0);
};

/** Weight over total weight of every labelled row, `[rows]`. */
function rowCoefficients({ labels, weights, totalWeight }: LanguageModelTargets): tf.Tensor {
  if (hasKernel('LanguageModelCoefficients')) {
    const settings = { ignored: IGNORED_LABEL, totalWeight: totalWeight ?? 0 };
    return outputAt(runKernel('LanguageModelCoefficients', { labels, weights }, settings), 0);
  }
  const seen = tf.mul(weights, tf.cast(tf.notEqual(labels, IGNORED_LABEL), 'float32'));
  return tf.div(seen, totalWeight ?? tf.maximum(tf.sum(seen), 1e-12));
}

interface Chunk {
  /** `[count, vocabulary]`; used up where a gradient is asked for */
  readonly logits: tf.Tensor;
  readonly first: number;
  readonly count: number;
}

/** Losses of the chunk's rows times their coefficients `[count]`, and the gradient of their sum. */
function lossOfRows(
  chunk: Chunk,
  coefficients: tf.Tensor,
  targets: LanguageModelTargets,
  gradient: boolean,
): { readonly losses: tf.Tensor; readonly gradient: tf.Tensor } {
  if (!hasKernel('LanguageModelLossRows')) return lossOfRowsReference(chunk, coefficients, targets);
  const { logits, first } = chunk;
  const { labels, teacher } = targets;
  const [losses] = runKernel(
    'LanguageModelLossRows',
    {
      logits,
      labels,
      coefficients,
      ...(teacher ? { teacherIds: teacher.ids, teacherLogits: teacher.logits } : {}),
    },
    {
      first,
      gradient,
      ignored: IGNORED_LABEL,
      temperature: teacher?.temperature ?? 1,
      share: teacher?.share ?? 0,
    },
  );
  return { losses: losses ?? logits, gradient: logits };
}

/** The same by stock operations, for backends without the kernel. */
function lossOfRowsReference(
  { logits, first, count }: Chunk,
  coefficients: tf.Tensor,
  { labels, teacher }: LanguageModelTargets,
): { readonly losses: tf.Tensor; readonly gradient: tf.Tensor } {
  const [, vocabulary = 0] = logits.shape;
  const ownLabels = tf.slice(labels, [first], [count]);
  const factors = tf.expandDims(tf.slice(coefficients, [first], [count]), 1);
  const hot = tf.oneHot(
    tf.cast(tf.maximum(tf.reshape<tf.Rank.R1>(ownLabels, [-1]), 0), 'int32'),
    vocabulary,
  );
  const certain = tf.cast(hot, 'float32');
  const found = tf.logSoftmax(logits, -1);
  let losses: tf.Tensor = tf.neg(tf.sum(tf.mul(found, certain), -1));
  let apart: tf.Tensor = tf.sub(tf.exp(found), certain);
  if (teacher !== undefined) {
    const { temperature, share } = teacher;
    const own = {
      ...teacher,
      ids: tf.slice(teacher.ids, [first, 0], [count, -1]),
      logits: tf.slice(teacher.logits, [first, 0], [count, -1]),
    };
    const expected = teacherProbabilities(own, vocabulary);
    const cooled = tf.logSoftmax(tf.div(logits, temperature), -1);
    const logRatio = tf.sub(tf.log(tf.maximum(expected, 1e-38)), cooled);
    const divergence = tf.sum(tf.mul(expected, logRatio), -1);
    losses = tf.add(
      tf.mul(losses, 1 - share),
      tf.mul(divergence, share * temperature * temperature),
    );
    apart = tf.add(
      tf.mul(apart, 1 - share),
      tf.mul(tf.sub(tf.exp(cooled), expected), share * temperature),
    );
  }
  return { losses: tf.mul(losses, tf.squeeze(factors, [1])), gradient: tf.mul(apart, factors) };
}

/** The teacher's probabilities at its temperature over the whole vocabulary, `[rows, vocabulary]`. */
function teacherProbabilities(
  { ids, logits, temperature }: TeacherLogits,
  vocabulary: number,
): tf.Tensor {
  const [rows = 0, candidates = 0] = ids.shape;
  const row = tf.mul(tf.range(0, rows, 1, 'int32'), tf.scalar(vocabulary, 'int32'));
  const places = tf.reshape(tf.add(tf.expandDims(row, 1), ids), [rows * candidates, 1]);
  const probabilities = tf.reshape(tf.softmax(tf.div(logits, temperature), -1), [-1]);
  const size = rows * vocabulary;
  const flat = tf.scatterND(tf.cast(places, 'int32'), probabilities, [size]);
  return tf.reshape(flat, [rows, vocabulary]);
}

function checkTargets(rows: number, { labels, weights, teacher }: LanguageModelTargets): void {
  if (labels.dtype !== 'int32' || labels.size !== rows || weights.size !== rows) {
    throw new Error(
      `languageModelLoss: expected int32 labels and weights of ${rows} rows, found ${labels.dtype} [${labels.shape.join(', ')}] and [${weights.shape.join(', ')}].`,
    );
  }
  if (teacher === undefined) return;
  tf.util.assertShapesMatch(teacher.ids.shape, teacher.logits.shape, 'languageModelLoss: ');
  if (teacher.ids.dtype !== 'int32' || teacher.ids.rank !== 2 || teacher.ids.shape[0] !== rows) {
    throw new Error(
      `languageModelLoss: expected the teacher's int32 ids [${rows}, candidates], found ${teacher.ids.dtype} [${teacher.ids.shape.join(', ')}].`,
    );
  }
}
