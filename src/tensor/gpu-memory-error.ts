/** What is thrown where the GPU's memory, or the budget of it, does not suffice. */

/** There is no room for what was asked for; nothing was allocated. */
export class GpuMemoryError extends Error {
  override readonly name = 'GpuMemoryError';
}
