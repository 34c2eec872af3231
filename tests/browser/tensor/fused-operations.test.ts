/** Our WGSL kernels against their compositions on the device that tfjs asks for. */

import { beforeAll } from 'vitest';
import { selectBackend } from '../../../src/tensor/backend';
import { attentionParity } from './parity/attention';
import { cachedAttentionParity } from './parity/cached-attention';
import { chooseTokensParity } from './parity/choose-tokens';
import { embeddingParity } from './parity/embedding';
import { gatedGeluParity } from './parity/gated-gelu';

beforeAll(async () => {
  await selectBackend('webgpu', { wasmBinary: '' });
});

gatedGeluParity();
embeddingParity();
cachedAttentionParity();
chooseTokensParity();
attentionParity();
