/** Lets tfjs use a disposed tensor's memory again at once, not only after the commands that read it were submitted. */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

/** Claims to hold nothing, so that nothing waits for a submission. */
class NothingHeld extends WeakSet<object> {
  override add(): this {
    return this;
  }

  override has(): boolean {
    return false;
  }
}

/**
 * tfjs keeps the memory of disposed tensors until it submits the commands that use them. That is not needed:
 * all commands go through one encoder, so whoever gets the memory next writes it after those commands have
 * read it. Uploads into memory used before are commands of the same encoder as well. Waiting costs the peak
 * of a training step a third, and would cost more with fewer submissions.
 *
 * @throws Error when the backend's parts are not those of tfjs 4.22
 */
export function releasePromptly(backend: WebGPUBackend): void {
  if (!(Reflect.get(backend, 'commandQueueOwnedIds') instanceof WeakSet)) {
    throw new Error(
      'Expected the WebGPU backend of tfjs 4.22, whose "commandQueueOwnedIds" keeps memory; found another one. Install the version in package.json.',
    );
  }
  const nothing = new NothingHeld();
  Object.defineProperty(backend, 'commandQueueOwnedIds', {
    configurable: true,
    get: () => nothing,
    // tfjs replaces the set at every submission.
    set() {},
  });
}
