/** Our WGSL kernels against their compositions on the device that tfjs asks for. */

import { beforeAll } from 'vitest';
import { selectBackend } from '../../../src/tensor/backend';
import { attentionParity } from './parity/attention';

beforeAll(async () => {
  await selectBackend('webgpu', { wasmBinary: '' });
});

attentionParity();
