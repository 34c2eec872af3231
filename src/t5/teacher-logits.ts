/** Asks a teacher what it says of given targets under teacher forcing, for the soft loss of its student. */

import * as tf from '@tensorflow/tfjs-core';
import { assertDeviceSound } from '../tensor/device-trouble';
import { encodeFloat16 } from '../weights/half-precision';
import { sequenceBatch, type SequencePair } from './batch';
import { batchLikeliest } from './loss';
import type { T5Model } from './model';
import type { SoftTargets } from './soft-targets';

/** Ids are kept in 16 bits; T5's own vocabulary has 32,128. */
const MOST_TOKENS = 2 ** 16;
/** The least finite half-precision number: a logit so far below the best has no probability, and no infinity either. */
const LEAST_LOGIT = -65_504;

export interface AskedTokens {
  /** Tokens of each position; fewer where the vocabulary has no more. */
  readonly candidates: number;
  /** Tokens that teacher and student share: the first so many of the teacher's vocabulary. */
  readonly vocabulary: number;
}

/**
 * The teacher's likeliest tokens at every position of every pair's target, in the order given; all pairs
 * are one batch.
 *
 * @throws Error when the vocabulary does not fit 16 bits, or the GPU is in trouble
 */
export async function teacherLogits(
  teacher: T5Model,
  pairs: readonly SequencePair[],
  { candidates, vocabulary }: AskedTokens,
): Promise<SoftTargets[]> {
  if (vocabulary > MOST_TOKENS) {
    throw new Error(
      `Soft targets: expected a vocabulary of at most ${MOST_TOKENS} tokens, found ${vocabulary}. Choose a T5 with T5's own vocabulary.`,
    );
  }
  const [ids, logits, length] = tf.tidy(() => {
    const batch = sequenceBatch(pairs, teacher.configuration);
    const likeliest = batchLikeliest(teacher, batch, candidates, vocabulary);
    return [likeliest.ids, likeliest.logits, batch.decoderIds.shape[1]] as const;
  });
  const [, kept] = ids.shape;
  try {
    const [idValues, logitValues] = await Promise.all([
      ids.data<'int32'>(),
      logits.data<'float32'>(),
    ]);
    assertDeviceSound();
    return pairs.map(({ target }, row) => {
      const start = row * length * kept;
      const end = start + target.length * kept;
      return {
        candidates: kept,
        ids: Uint16Array.from(idValues.subarray(start, end)),
        logits: encodeFloat16(
          logitValues.slice(start, end).map((value) => Math.max(value, LEAST_LOGIT)),
        ),
      };
    });
  } finally {
    tf.dispose([ids, logits]);
  }
}
