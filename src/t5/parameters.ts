/** The parameters of a T5 v1.1 model: their Hugging Face names, their shapes and their initial values. */

import type { T5Configuration } from './configuration';
import type { Random } from '../data/random';

export interface ParameterDescription {
  readonly name: string;
  readonly shape: readonly number[];
  /** Standard deviation of the initial normal distribution; null for norms, which start at one. */
  readonly initialDeviation: number | null;
}

/** Names of the three weights of a gated feed-forward block and its norm, under a layer's prefix. */
export const feedForwardNames = (prefix: string) => ({
  gate: `${prefix}.DenseReluDense.wi_0.weight`,
  up: `${prefix}.DenseReluDense.wi_1.weight`,
  down: `${prefix}.DenseReluDense.wo.weight`,
  norm: `${prefix}.layer_norm.weight`,
});

/** Names of an attention block's weights and its norm, under a layer's prefix. */
export const attentionNames = (prefix: string, kind: 'SelfAttention' | 'EncDecAttention') => ({
  query: `${prefix}.${kind}.q.weight`,
  key: `${prefix}.${kind}.k.weight`,
  value: `${prefix}.${kind}.v.weight`,
  output: `${prefix}.${kind}.o.weight`,
  norm: `${prefix}.layer_norm.weight`,
});

export const relativeBiasName = (stack: 'encoder' | 'decoder') =>
  `${stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight`;

/** Whether a parameter is multiplied with or looked up in, rather than a norm or a position bias. */
export function isWeightMatrix({ name, shape }: ParameterDescription): boolean {
  return (
    shape.length === 2 &&
    name !== relativeBiasName('encoder') &&
    name !== relativeBiasName('decoder')
  );
}

/**
 * Every parameter in Hugging Face's order.
 *
 * Initial deviations follow Mesh TensorFlow's T5 (fan-in scaling, with the missing attention
 * scale folded into the query), except that the two vocabulary matrices start smaller than T5's 1.0:
 * that value suits Adafactor's relative steps, not AdamW's absolute ones.
 */
export function describeParameters(configuration: T5Configuration): ParameterDescription[] {
  const { modelWidth: model, keyValueWidth, feedForwardWidth, heads } = configuration;
  const inner = heads * keyValueWidth;
  const list: ParameterDescription[] = [];
  const add = (name: string, shape: readonly number[], initialDeviation: number | null) =>
    list.push({ name, shape, initialDeviation });
  const addAttention = (
    prefix: string,
    kind: 'SelfAttention' | 'EncDecAttention',
    biasStack: 'encoder' | 'decoder' | null,
  ) => {
    const names = attentionNames(prefix, kind);
    add(names.query, [inner, model], (model * keyValueWidth) ** -0.5);
    add(names.key, [inner, model], model ** -0.5);
    add(names.value, [inner, model], model ** -0.5);
    add(names.output, [model, inner], inner ** -0.5);
    if (biasStack) {
      add(relativeBiasName(biasStack), [configuration.relativeBuckets, heads], model ** -0.5);
    }
    add(names.norm, [model], null);
  };
  const addFeedForward = (prefix: string) => {
    const names = feedForwardNames(prefix);
    add(names.gate, [feedForwardWidth, model], model ** -0.5);
    add(names.up, [feedForwardWidth, model], model ** -0.5);
    add(names.down, [model, feedForwardWidth], feedForwardWidth ** -0.5);
    add(names.norm, [model], null);
  };
  add('shared.weight', [configuration.vocabularySize, model], 0.5);
  for (let block = 0; block < configuration.encoderLayers; block++) {
    const prefix = `encoder.block.${block}.layer`;
    addAttention(`${prefix}.0`, 'SelfAttention', block === 0 ? 'encoder' : null);
    addFeedForward(`${prefix}.1`);
  }
  add('encoder.final_layer_norm.weight', [model], null);
  for (let block = 0; block < configuration.decoderLayers; block++) {
    const prefix = `decoder.block.${block}.layer`;
    addAttention(`${prefix}.0`, 'SelfAttention', block === 0 ? 'decoder' : null);
    addAttention(`${prefix}.1`, 'EncDecAttention', null);
    addFeedForward(`${prefix}.2`);
  }
  add('decoder.final_layer_norm.weight', [model], null);
  add('lm_head.weight', [configuration.vocabularySize, model], model ** -0.5);
  return list;
}

/** Initial values of one parameter: normal (Box-Muller) around zero, or ones for a norm. */
export function initialValues(description: ParameterDescription, random: Random): Float32Array {
  const size = description.shape.reduce((product, length) => product * length, 1);
  const values = new Float32Array(size);
  if (description.initialDeviation === null) return values.fill(1);
  for (let index = 0; index < size; index += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random.next())) * description.initialDeviation;
    const angle = 2 * Math.PI * random.next();
    values[index] = radius * Math.cos(angle);
    if (index + 1 < size) values[index + 1] = radius * Math.sin(angle);
  }
  return values;
}

/** Total number of parameters. */
export function parameterCount(configuration: T5Configuration): number {
  return describeParameters(configuration).reduce(
    (total, { shape }) => total + shape.reduce((product, length) => product * length, 1),
    0,
  );
}
