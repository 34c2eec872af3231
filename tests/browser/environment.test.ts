/** The browser the tests run in must have real, if software, WebGPU: everything else depends on it. */

import { describe, expect, it } from 'vitest';

describe('the test browser', () => {
  it('offers a WebGPU adapter with the limits tfjs asks for', async () => {
    const adapter = await navigator.gpu.requestAdapter();
    expect(adapter, 'no WebGPU adapter: is this the headless shell?').not.toBeNull();
    const device = await adapter?.requestDevice();
    expect(device?.limits.maxStorageBuffersPerShaderStage).toBeGreaterThanOrEqual(8);
    device?.destroy();
  });

  it('stores data in IndexedDB and takes locks', async () => {
    const names = await indexedDB.databases();
    expect(Array.isArray(names)).toBe(true);
    const answer = await navigator.locks.request('winnow-test', () => Promise.resolve('held'));
    expect(answer).toBe('held');
  });
});
