/** Frees large buffers at once: hundreds of megabytes of them would wait for the garbage collector while a model loads. */

/**
 * Takes a buffer's memory back, after which it is empty; only its owner may do that. Where the engine
 * cannot (Node 20), the garbage collector does it later.
 */
export function releaseBytes({ buffer }: ArrayBufferView<ArrayBuffer>): void {
  if ('transfer' in buffer && typeof buffer.transfer === 'function') {
    Reflect.apply(buffer.transfer, buffer, [0]);
  }
}
