/** The oracle's Q8_0 and Q4_0 GGUF files: dequantised weights, states, logits, loss and generation. */

import * as tf from '@tensorflow/tfjs-core';
import { parseT5Configuration } from '../../src/t5/configuration';
import { decode, languageModelHead } from '../../src/t5/decoder';
import { encode } from '../../src/t5/encoder';
import { weightedCrossEntropy } from '../../src/t5/loss';
import { T5Model } from '../../src/t5/model';
import { keepsQuantised, type QuantisedMatrix } from '../../src/tensor/quantised-matrix';
import { differences, relativeError, type Comparison } from './comparison';
import { FORWARD_TOLERANCE, greedyDifferences } from './forward-parity';
import type { ParityExtent } from './model-parity';
import type { OracleFolder } from './oracle-folder';
import { SequenceRows } from './sequence-rows';

/** Dequantised while loading; and kept quantised as well, or instead, where the backend multiplies with such weights. */
export async function quantisedParity(
  folder: OracleFolder,
  extent: ParityExtent,
): Promise<Comparison[]> {
  const results: Comparison[] = [];
  const ways = keepsQuantised() ? [false, true] : [false];
  for (const keepQuantised of extent === 'whole' ? ways : ways.slice(-1)) {
    for (const type of ['q8_0', 'q4_0'] as const) {
      results.push(...(await oneFile(folder, type, keepQuantised)));
    }
  }
  return results;
}

async function oneFile(
  folder: OracleFolder,
  type: 'q8_0' | 'q4_0',
  keepQuantised: boolean,
): Promise<Comparison[]> {
  const label = keepQuantised ? `${type} kept` : type;
  const checkpoint = await folder.checkpoint(`model-${type}.gguf`);
  const configuration = parseT5Configuration(checkpoint.configJson);
  const expected = await folder.tensors(`expected-${type}.safetensors`);
  const forward = await folder.tensors('forward.safetensors');
  const summary = await folder.summary();
  const rows = await SequenceRows.read(forward, configuration);
  const model = await T5Model.load(configuration, checkpoint, { keepQuantised });
  let unequal = 0;
  for (const name of model.parameters.keys()) {
    const reference = await expected.readTensor(`w:${name}`);
    unequal += differences(await checkpoint.readTensor(name), reference);
  }
  for (const [name, matrix] of model.quantised) {
    const reference = await expected.readTensor(`w:${name}`);
    unequal += differences(await dequantised(matrix), reference);
  }
  const batch = rows.tensors();
  const { encoder, logits, loss } = tf.tidy(() => {
    const states = encode(model, batch.ids, batch.mask);
    const decoded = decode(model, batch.decoderIds, states, batch.mask);
    const scores = tf.reshape(languageModelHead(model, decoded), [
      -1,
      configuration.vocabularySize,
    ]);
    const value = weightedCrossEntropy(scores, batch.labels, batch.ones);
    return { encoder: states, logits: scores, loss: value };
  });
  const width = configuration.modelWidth;
  const results: Comparison[] = [
    { name: `${label}: dequantised values (differences)`, error: unequal, tolerance: 0 },
    {
      name: `${label}: encoder states (unpadded positions)`,
      error: relativeError(
        rows.unpadded(await encoder.data(), width),
        rows.unpadded(await expected.readTensor('encoder_last'), width),
      ),
      tolerance: FORWARD_TOLERANCE,
    },
    {
      name: `${label}: logits`,
      error: relativeError(await logits.data(), await expected.readTensor('logits')),
      tolerance: FORWARD_TOLERANCE,
    },
    {
      name: `${label}: cross-entropy`,
      error: relativeError(await loss.data(), [summary[type].loss]),
      tolerance: FORWARD_TOLERANCE,
    },
    {
      name: `${label}: greedy ids (differences)`,
      error: await greedyDifferences(model, rows, await expected.readTensor('generated')),
      tolerance: 0,
    },
  ];
  tf.dispose([encoder, logits, loss, ...Object.values(batch)]);
  model.dispose();
  return results;
}

async function dequantised(matrix: QuantisedMatrix): Promise<ArrayLike<number>> {
  const floats = matrix.floats();
  const values = await floats.data();
  floats.dispose();
  return values;
}
