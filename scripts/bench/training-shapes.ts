/** The models and batches that training is measured with. */

import type { T5Configuration } from '../../src/t5/configuration';
import type { TrainingShape } from './training';

const IDS = { padId: 0, endId: 1, decoderStartId: 0 } as const;

/** flan-t5-small with 2 of its 8 layers a stack. */
const FLAN_SMALL: T5Configuration = {
  vocabularySize: 32_128,
  modelWidth: 512,
  keyValueWidth: 64,
  feedForwardWidth: 1024,
  encoderLayers: 2,
  decoderLayers: 2,
  heads: 6,
  relativeBuckets: 32,
  relativeMaximumDistance: 128,
  layerNormEpsilon: 1e-6,
  ...IDS,
};

export const FULL: TrainingShape = {
  configuration: FLAN_SMALL,
  batch: 8,
  inputTokens: 160,
  targetTokens: 192,
};

/** All of it: the student of a usual study. */
export const WHOLE: TrainingShape = {
  ...FULL,
  configuration: { ...FLAN_SMALL, encoderLayers: 8, decoderLayers: 8 },
};

/** {@link FULL} narrower, shorter and with fewer words: what a software GPU computes in seconds. */
export const REDUCED: TrainingShape = {
  configuration: {
    ...FLAN_SMALL,
    vocabularySize: 2_008,
    modelWidth: 128,
    feedForwardWidth: 256,
    heads: 2,
  },
  batch: 2,
  inputTokens: 24,
  targetTokens: 32,
};

/** The student that ships with the page. */
export const POCKET: TrainingShape = {
  configuration: {
    vocabularySize: 600,
    modelWidth: 64,
    keyValueWidth: 16,
    feedForwardWidth: 128,
    encoderLayers: 3,
    decoderLayers: 3,
    heads: 4,
    relativeBuckets: 32,
    relativeMaximumDistance: 128,
    layerNormEpsilon: 1e-6,
    ...IDS,
  },
  batch: 16,
  inputTokens: 48,
  targetTokens: 48,
};

export const describeShape = ({
  configuration,
  batch,
  inputTokens,
  targetTokens,
}: TrainingShape): string =>
  `vocabulary ${configuration.vocabularySize}, batch ${batch}, ${inputTokens}+${targetTokens} tokens`;
