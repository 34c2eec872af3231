/** How the page is built: a static folder that works from any sub-path of any static host. */

import { defaultClientConditions, defineConfig } from 'vite';
import { firstLoadBudget } from './scripts/first-load-budget.ts';

export default defineConfig({
  base: './',
  plugins: [firstLoadBudget()],
  worker: { format: 'es' },
  // ONNX Runtime without its script inside: that one and its binary are files of their own, because
  // which of them is needed depends on the device.
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  build: {
    target: 'es2023',
    // A data: address would need its own permission in the page's security policy: every asset is a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // tfjs is one large chunk of the worker, loaded when a study starts.
    chunkSizeWarningLimit: 2000,
    // The time goes into bundling the worker, as it should.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});
