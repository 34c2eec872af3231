/** Trajectories of AdamW and Adafactor against PyTorch's, from the same start on the same batch. */

import * as tf from '@tensorflow/tfjs-core';
import { createAdamW } from '../../src/distill/optimizers/adamw';
import { createAdafactor } from '../../src/distill/optimizers/adafactor';
import type { Optimizer } from '../../src/distill/optimizers/optimizer';
import { parseT5Configuration } from '../../src/t5/configuration';
import { T5Model } from '../../src/t5/model';
import { relativeError, type Comparison } from './comparison';
import { gradientsOf, trainedLoss } from './gradient-parity';
import type { OracleFolder, OracleSummary } from './oracle-folder';
import { SequenceRows } from './sequence-rows';

/** Largest error of the losses of the first updates, relative to the largest of them. */
export const LOSS_TOLERANCE = 0.01;
const COMPARED_UPDATES = 15;
/**
 * So many losses must also agree one by one. Adafactor's trajectory is chaotic beyond: perturbing the
 * initial parameters by 1e-7, the rounding of float32, moves its 14th loss by a percent.
 */
const POINTWISE_UPDATES = 10;

interface Trajectory {
  readonly lr: number;
  readonly clip_norm: number;
  readonly losses: readonly number[];
  readonly grad_norms: readonly number[];
}

export async function optimizerParity(folder: OracleFolder): Promise<Comparison[]> {
  const summary = await folder.summary();
  return [
    ...(await follow(folder, 'AdamW', summary.adamw, (model) => adamw(model, summary))),
    ...(await follow(folder, 'Adafactor', summary.adafactor, (model) => adafactor(model, summary))),
  ];
}

const adamw = (model: T5Model, { adamw: settings }: OracleSummary): Optimizer =>
  createAdamW(model.parameters, {
    beta1: settings.betas[0],
    beta2: settings.betas[1],
    epsilon: settings.eps,
    weightDecay: settings.weight_decay,
  });

const adafactor = (model: T5Model, { adafactor: settings }: OracleSummary): Optimizer =>
  createAdafactor(model.parameters, {
    epsilon: settings.eps[0],
    clipThreshold: settings.clip_threshold,
    decayRate: settings.decay_rate,
  });

async function follow(
  folder: OracleFolder,
  title: string,
  expected: Trajectory,
  create: (model: T5Model) => Optimizer,
): Promise<Comparison[]> {
  const checkpoint = await folder.checkpoint('model.safetensors');
  const configuration = parseT5Configuration(checkpoint.configJson);
  const model = await T5Model.load(configuration, checkpoint);
  const rows = await SequenceRows.read(await folder.tensors('forward.safetensors'), configuration);
  const batch = rows.tensors();
  const optimizer = create(model);
  const losses: number[] = [];
  for (const index of expected.losses.keys()) {
    const { loss, gradients } = gradientsOf(model, batch, trainedLoss('ones'));
    const settings = {
      update: index + 1,
      learningRate: expected.lr,
      clipNorm: expected.clip_norm,
    };
    const outcome = await optimizer.step(gradients, loss, settings);
    tf.dispose([loss, ...gradients.values()]);
    losses.push(outcome.loss);
  }
  optimizer.dispose();
  model.dispose();
  tf.dispose(Object.values(batch));
  const reference = expected.losses.slice(0, COMPARED_UPDATES);
  const compared = losses.slice(0, COMPARED_UPDATES);
  const pointwise = reference.map((loss, index) =>
    relativeError([compared[index] ?? Number.NaN], [loss]),
  );
  return [
    {
      name: `${title}: losses of the first ${COMPARED_UPDATES} updates`,
      error: relativeError(compared, reference),
      tolerance: LOSS_TOLERANCE,
    },
    {
      name: `${title}: the first ${POINTWISE_UPDATES} of them one by one`,
      error: Math.max(...pointwise.slice(0, POINTWISE_UPDATES)),
      tolerance: LOSS_TOLERANCE,
    },
    {
      name: `${title}: all ${COMPARED_UPDATES} of them one by one`,
      error: Math.max(...pointwise),
      tolerance: Infinity,
    },
    {
      name: `${title}: last loss as a share of the first`,
      error: (losses.at(-1) ?? Infinity) / (losses[0] ?? 0),
      // One point of an oscillation, where PyTorch's own losses swing tenfold: shown, not judged.
      tolerance: Infinity,
    },
  ];
}
