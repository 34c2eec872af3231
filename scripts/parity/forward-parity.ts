/** Encoder and decoder states, logits, losses, generation and scores against PyTorch's. */

import * as tf from '@tensorflow/tfjs-core';
import { SequenceRows } from './sequence-rows';
import { parseT5Configuration } from '../../src/t5/configuration';
import { decode, languageModelHead } from '../../src/t5/decoder';
import { encode } from '../../src/t5/encoder';
import { generate } from '../../src/t5/generate';
import { distillationLoss, weightedCrossEntropy } from '../../src/t5/loss';
import { T5Model } from '../../src/t5/model';
import { relativePositionBucket } from '../../src/t5/relative-position';
import { scoreTargets } from '../../src/t5/score';
import { differences, relativeError, type Comparison } from './comparison';
import type { OracleFolder } from './oracle-folder';

/** Largest error of a forward value, relative to the tensor's largest. */
export const FORWARD_TOLERANCE = 2e-4;

export async function forwardParity(folder: OracleFolder): Promise<Comparison[]> {
  const checkpoint = await folder.checkpoint('model.safetensors');
  const configuration = parseT5Configuration(checkpoint.configJson);
  const model = await T5Model.load(configuration, checkpoint);
  const expected = await folder.tensors('forward.safetensors');
  const summary = await folder.summary();
  const rows = await SequenceRows.read(expected, configuration);
  const tensors = rows.tensors();
  const results: Comparison[] = [];
  const forward = async (name: string, actual: ArrayLike<number>, reference: ArrayLike<number>) =>
    results.push({ name, error: relativeError(actual, reference), tolerance: FORWARD_TOLERANCE });

  const values = tf.tidy(() => {
    const encoder = encode(model, tensors.ids, tensors.mask);
    const decoder = decode(model, tensors.decoderIds, encoder, tensors.mask);
    const logits = tf.reshape(languageModelHead(model, decoder), [
      -1,
      configuration.vocabularySize,
    ]);
    const temperature = summary.kd_temperature;
    const { labels, ones, weights, teacherLogits } = tensors;
    return {
      encoder,
      decoder,
      logits,
      loss: weightedCrossEntropy(logits, labels, ones),
      weighted: weightedCrossEntropy(logits, labels, weights),
      distillation: distillationLoss(logits, teacherLogits, labels, ones, temperature),
    };
  });
  await forward(
    'encoder states (unpadded positions)',
    rows.unpadded(await values.encoder.data(), configuration.modelWidth),
    rows.unpadded(await expected.readTensor('encoder_last'), configuration.modelWidth),
  );
  const decoderStates = await expected.readTensor('decoder_last');
  await forward('decoder states', await values.decoder.data(), decoderStates);
  await forward('logits', await values.logits.data(), await expected.readTensor('logits'));
  await forward('cross-entropy', await values.loss.data(), [summary.loss]);
  await forward('weighted cross-entropy', await values.weighted.data(), [summary.weighted_ce]);
  await forward('distillation loss', await values.distillation.data(), [summary.kd_loss]);
  tf.dispose(Object.values(values));
  tf.dispose(Object.values(tensors));

  results.push({
    name: 'greedy ids (differences)',
    error: await greedyDifferences(model, rows, await expected.readTensor('generated')),
    tolerance: 0,
  });
  const scores = await scoreTargets(model, rows.pairs(), rows.pairs().length);
  await forward(
    'sequence log-probabilities',
    scores.map(({ logProbability }) => logProbability),
    await expected.readTensor('sequence_logprob'),
  );
  results.push(...bucketParity(summary.relative_position_buckets, configuration));
  model.dispose();
  return results;
}

/** Number of generated ids that differ from PyTorch's, its padding and start token left out. */
export async function greedyDifferences(
  model: T5Model,
  rows: SequenceRows,
  expected: ArrayLike<number>,
): Promise<number> {
  const columns = expected.length / rows.count;
  const { endId, padId } = model.configuration;
  const maximumTokens = columns - 1;
  const generated = await generate(model, rows.inputs(), { maximumTokens, temperature: 0 });
  let different = 0;
  generated.forEach((ids, row) => {
    const padded = new Array<number>(maximumTokens).fill(padId);
    [...ids, endId].slice(0, maximumTokens).forEach((id, index) => (padded[index] = id));
    const reference = Array.from(expected).slice(row * columns + 1, (row + 1) * columns);
    different += differences(padded, reference);
  });
  return different;
}

function bucketParity(
  expected: Awaited<ReturnType<OracleFolder['summary']>>['relative_position_buckets'],
  { relativeBuckets, relativeMaximumDistance }: ReturnType<typeof parseT5Configuration>,
): Comparison[] {
  return ([true, false] as const).map((bidirectional) => {
    const reference = bidirectional ? expected.bidirectional : expected.causal;
    const actual = reference.map((_, index) =>
      relativePositionBucket(
        expected.first + index,
        bidirectional,
        relativeBuckets,
        relativeMaximumDistance,
      ),
    );
    return {
      name: `relative position buckets, ${bidirectional ? 'encoder' : 'decoder'} (differences)`,
      error: differences(actual, reference),
      tolerance: 0,
    };
  });
}
