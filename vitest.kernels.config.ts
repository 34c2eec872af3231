/** The browser tests of our WGSL kernels in Node, on a device with default limits: `npm run parity:kernels`. */

import { defineConfig } from 'vitest/config';

export default defineConfig({
  // tfjs publishes its gradients only in a form that bundlers resolve.
  resolve: { mainFields: ['module', 'main'] },
  test: {
    name: 'kernels',
    environment: 'node',
    include: ['tests/browser/tensor/*.test.ts'],
    exclude: [
      // The kernels of restricted-device.test.ts once more.
      'tests/browser/tensor/fused-operations.test.ts',
      // About IndexedDB and about training; they compare no kernel with anything.
      'tests/browser/tensor/tile-tuning.test.ts',
      'tests/browser/tensor/device-trouble.test.ts',
    ],
    setupFiles: ['tests/kernels/default-limits-device.ts'],
    provide: { large: true },
    // A software GPU compiles some kernels for half a minute.
    testTimeout: 300_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    silent: true,
    reporters: ['./scripts/parity/kernel-reporter.ts'],
    server: { deps: { inline: [/@tensorflow/] } },
  },
});
