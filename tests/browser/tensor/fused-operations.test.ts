/**
 * Our WGSL kernels against their compositions on the device that tfjs asks for. The same tests run on a
 * device of default limits in `restricted-device.test.ts`, which asks more of them; on a software GPU
 * both together take minutes, so these run with WINNOW_LARGE=1.
 */

import { beforeAll, describe, inject } from 'vitest';
import { selectBackend } from '../../../src/tensor/backend';
import { attentionParity } from './parity/attention';
import { cachedAttentionParity } from './parity/cached-attention';
import { chooseTokensParity } from './parity/choose-tokens';
import { embeddingParity } from './parity/embedding';
import { gatedGeluParity } from './parity/gated-gelu';

describe.skipIf(!inject('large'))('on the device that tfjs asks for (WINNOW_LARGE=1)', () => {
  beforeAll(async () => {
    await selectBackend('webgpu', { wasmBinary: '' });
  });

  gatedGeluParity();
  embeddingParity();
  cachedAttentionParity();
  chooseTokensParity();
  attentionParity();
});
