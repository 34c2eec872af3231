/**
 * The test projects: `unit` in Node, `browser` in Chromium on software WebGPU, each file in a page of its own, `webgpu`
 * there too, all files in one page, `end-to-end` on the built page.
 */

import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import page from './vite.config.ts';
import { findChromium, SOFTWARE_WEBGPU_FLAGS } from './scripts/chromium.ts';

const executablePath = findChromium();

/**
 * Tests that compute with one and the same WebGPU device: a software GPU compiles their kernels, for a second each,
 * only once. They leave that device as they find it.
 */
const IN_ONE_PAGE = [
  'tests/browser/distill/*.test.ts',
  'tests/browser/t5/*.test.ts',
  'tests/browser/tensor/{kernel-profile,language-model-loss,mat-mul,memory-budget,optimizer,quantised-matrix,repeated-computation,rms-norm}.test.ts',
];

interface ChromiumProject {
  readonly name: string;
  readonly include: string[];
  readonly exclude: string[];
  /** Whether every file has a page of its own. */
  readonly isolate: boolean;
}

function inChromium(project: ChromiumProject): TestProjectInlineConfiguration {
  return {
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
        'lit/directives/repeat.js',
        'uplot',
        'valibot',
      ],
    },
    // The data sets that some tests read lie beside the repository.
    server: { fs: { allow: ['.', '../shared/data'] } },
    test: {
      ...project,
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
  };
}

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
      inChromium({
        name: 'browser',
        include: ['tests/browser/**/*.test.ts'],
        exclude: IN_ONE_PAGE,
        isolate: true,
      }),
      inChromium({
        name: 'webgpu',
        include: IN_ONE_PAGE,
        exclude: [],
        isolate: false,
      }),
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
