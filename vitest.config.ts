/** The test projects: `unit` in Node, `browser` in Chromium on software WebGPU, `end-to-end` on the built page. */

import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import page from './vite.config.ts';
import { findChromium, SOFTWARE_WEBGPU_FLAGS } from './scripts/chromium.ts';

const executablePath = findChromium();

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['tests/unit/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        // The page's own choice among the builds of a package.
        resolve: page.resolve ?? {},
        // Found at the first import otherwise, which reloads the page in the middle of a test file.
        optimizeDeps: {
          include: [
            '@huggingface/tokenizers',
            '@noble/hashes/sha2.js',
            '@noble/hashes/utils.js',
            '@tensorflow/tfjs-backend-cpu',
            '@tensorflow/tfjs-backend-wasm',
            '@tensorflow/tfjs-backend-webgpu',
            '@tensorflow/tfjs-core',
            '@tensorflow/tfjs-core/dist/register_all_gradients',
            '@xenova/transformers',
            'idb',
            'lit',
            'lit/directives/live.js',
            'uplot',
            'valibot',
          ],
        },
        // The data sets that some tests read lie beside the repository.
        server: { fs: { allow: ['.', '../shared/data'] } },
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          globalSetup: ['tests/hub/browser-setup.ts'],
          testTimeout: 120_000,
          // Two cores run one software GPU: files in turn, so that their times stay comparable.
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(executablePath === null ? {} : { executablePath }),
                args: [...SOFTWARE_WEBGPU_FLAGS],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        test: {
          name: 'end-to-end',
          environment: 'node',
          include: ['tests/end-to-end/**/*.test.ts'],
          testTimeout: 420_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
