/** What a T5 v1.1 costs: multiplications and bytes of weights, generation and training, counted from its shape. */

import type { T5Configuration } from './configuration';
import { adapterParameterCount, type LoraSettings } from './lora';
import { describeParameters, parameterCount } from './parameters';

/** A rectangular batch, padding included. */
export interface BatchShape {
  readonly batch: number;
  readonly inputLength: number;
  readonly targetLength: number;
}

/** How weights lie in memory: 4 bytes each, or blocks of 32 with a 2-byte scale. */
export type ResidentFormat = 'F32' | 'Q8_0' | 'Q4_0';

const BYTES_OF_MATRIX_WEIGHT: Readonly<Record<ResidentFormat, number>> = {
  F32: 4,
  Q8_0: 34 / 32,
  Q4_0: 18 / 32,
};

const FLOAT_BYTES = 4;

/** Bytes of all weights; vectors and the small position tables are 32 bit in every format. */
export function weightBytes(configuration: T5Configuration, format: ResidentFormat): number {
  return describeParameters(configuration).reduce((sum, { name, shape }) => {
    const [rows = 1, columns = 1] = shape;
    const isMatrix = shape.length === 2 && !name.includes('relative_attention_bias');
    return sum + rows * columns * (isMatrix ? BYTES_OF_MATRIX_WEIGHT[format] : FLOAT_BYTES);
  }, 0);
}

/** Bytes of the largest single tensor, which has to fit one buffer. */
export function largestTensorBytes(configuration: T5Configuration, format: ResidentFormat): number {
  const { vocabularySize, modelWidth, feedForwardWidth } = configuration;
  return Math.max(vocabularySize, feedForwardWidth) * modelWidth * BYTES_OF_MATRIX_WEIGHT[format];
}

/** Weights that multiply every token of a stack's input: attention and feed-forward of all its layers. */
function stackWeights(configuration: T5Configuration, stack: 'encoder' | 'decoder'): number {
  const { modelWidth, heads, keyValueWidth, feedForwardWidth } = configuration;
  const attention = 4 * modelWidth * heads * keyValueWidth;
  const feedForward = 3 * modelWidth * feedForwardWidth;
  return stack === 'encoder'
    ? configuration.encoderLayers * (attention + feedForward)
    : configuration.decoderLayers * (2 * attention + feedForward);
}

/**
 * Floating-point operations of one forward pass under teacher forcing, two for each multiplication with
 * its addition; norms, activations and the softmax are left out (about one in a hundred).
 */
export function forwardFlops(configuration: T5Configuration, shape: BatchShape): number {
  const { batch, inputLength, targetLength } = shape;
  const { vocabularySize, modelWidth, heads, keyValueWidth } = configuration;
  const { encoderLayers, decoderLayers } = configuration;
  const inner = heads * keyValueWidth;
  const encoder =
    inputLength * stackWeights(configuration, 'encoder') +
    encoderLayers * 2 * inputLength * inputLength * inner;
  // Keys and values of the encoder's states cost as many rows as there are input tokens.
  const crossProjection = decoderLayers * 2 * modelWidth * inner * (inputLength - targetLength);
  const decoder =
    targetLength * (stackWeights(configuration, 'decoder') + vocabularySize * modelWidth) +
    crossProjection +
    decoderLayers * 2 * targetLength * (targetLength + inputLength) * inner;
  return 2 * batch * (encoder + decoder);
}

/** What of a model is trained, and how the rest lies in memory. */
export interface TrainingWay {
  /** Adapters beside frozen parameters; all parameters when absent. */
  readonly lora?: Pick<LoraSettings, 'rank' | 'layers'> | undefined;
  /** Format of the frozen matrices. */
  readonly format?: ResidentFormat;
  /** Whether the backward pass computes every block again. */
  readonly recomputes?: boolean | undefined;
}

/**
 * Forward and backward: every product has two gradients of its own size, but only that of its input where
 * the weight is frozen. An adapter's own products, a hundredth of a layer's, are left out.
 */
export function trainingFlops(
  configuration: T5Configuration,
  shape: BatchShape,
  { lora, recomputes = false }: TrainingWay = {},
): number {
  const forward = forwardFlops(configuration, shape);
  const { batch, targetLength } = shape;
  const { vocabularySize, modelWidth } = configuration;
  const blocks = forward - 2 * batch * targetLength * vocabularySize * modelWidth;
  return (lora === undefined ? 3 : 2) * forward + (recomputes ? blocks : 0);
}

/** With a key-value cache every token is computed once, as under teacher forcing. */
export function generationFlops(configuration: T5Configuration, shape: BatchShape): number {
  return forwardFlops(configuration, shape);
}

/** Bytes that generation holds at once: weights, the caches of both attentions, the encoder's states and logits. */
export function generationBytes(
  configuration: T5Configuration,
  format: ResidentFormat,
  shape: BatchShape,
): number {
  const { batch, inputLength, targetLength } = shape;
  const { modelWidth, heads, keyValueWidth, feedForwardWidth } = configuration;
  const inner = heads * keyValueWidth;
  const caches = configuration.decoderLayers * 2 * inner * (inputLength + targetLength);
  // The widest moment of an encoder layer: its input, both halves of the feed-forward and their product.
  const encoder = inputLength * (3 * modelWidth + 3 * feedForwardWidth + 4 * inner);
  const scores = heads * inputLength * inputLength;
  const logits = 2 * configuration.vocabularySize;
  return (
    weightBytes(configuration, format) + FLOAT_BYTES * batch * (caches + encoder + scores + logits)
  );
}

/** The engine computes at most so many bytes of logits at a time under teacher forcing. */
const LOGIT_BYTES = 64 * 1024 * 1024;

/**
 * Bytes that scoring given targets under teacher forcing holds at once, without a gradient: weights, the
 * encoder's states, the widest moment of a layer, and some rows of logits with their likeliest.
 */
export function forcingBytes(
  configuration: T5Configuration,
  format: ResidentFormat,
  { batch, inputLength, targetLength }: BatchShape,
): number {
  const { modelWidth, heads, keyValueWidth, feedForwardWidth, vocabularySize } = configuration;
  const widest = (tokens: number, keys: number): number =>
    tokens * (3 * modelWidth + 3 * feedForwardWidth + 4 * heads * keyValueWidth) +
    heads * tokens * keys;
  const layer = Math.max(
    widest(inputLength, inputLength),
    inputLength * modelWidth + widest(targetLength, Math.max(inputLength, targetLength)),
  );
  const logits = Math.min(LOGIT_BYTES, FLOAT_BYTES * batch * targetLength * vocabularySize);
  return weightBytes(configuration, format) + FLOAT_BYTES * batch * layer + 2 * logits;
}

/** Bytes of one gradient of everything that is trained. */
export function gradientBytes(configuration: T5Configuration, lora: TrainingWay['lora']): number {
  return (
    FLOAT_BYTES *
    (lora === undefined
      ? parameterCount(configuration)
      : adapterParameterCount(configuration, lora))
  );
}

/**
 * Bytes that one update with AdamW holds at once: weights, gradients and two moments of what is trained,
 * whatever the backward pass needs again, and the logits with their gradient.
 *
 * @param keepsProbabilities false where the attention kernels compute their probabilities again
 */
export function trainingBytes(
  configuration: T5Configuration,
  shape: BatchShape,
  keepsProbabilities: boolean,
  { lora, format = 'F32', recomputes = false }: TrainingWay = {},
): number {
  const { batch, inputLength, targetLength } = shape;
  const { modelWidth, heads, keyValueWidth, feedForwardWidth } = configuration;
  const inner = heads * keyValueWidth;
  const attention = (queries: number, keys: number): number =>
    queries * (2 * modelWidth + 2 * inner) +
    keys * 2 * inner +
    (keepsProbabilities ? heads * queries * keys : 0);
  const feedForward = (tokens: number): number => tokens * (2 * modelWidth + 3 * feedForwardWidth);
  const { encoderLayers, decoderLayers } = configuration;
  const encoderBlock = attention(inputLength, inputLength) + feedForward(inputLength);
  const decoderBlock =
    attention(targetLength, targetLength) +
    attention(targetLength, inputLength) +
    feedForward(targetLength);
  // Computed again, a block has kept its input only, and one of them is whole at a time.
  const inputs = modelWidth * (encoderLayers * inputLength + decoderLayers * targetLength);
  const blocks = recomputes
    ? inputs + Math.max(encoderBlock, decoderBlock)
    : encoderLayers * encoderBlock + decoderLayers * decoderBlock;
  const logits = 2 * targetLength * configuration.vocabularySize;
  const frozen = lora === undefined ? 0 : weightBytes(configuration, format);
  return frozen + 4 * gradientBytes(configuration, lora) + FLOAT_BYTES * batch * (blocks + logits);
}
