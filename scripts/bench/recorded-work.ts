/** Counts what is recorded for a GPU, whoever records it; on demand without executing it. */

export interface RecordedWork {
  readonly dispatches: number;
  readonly submits: number;
}

/** Commands recorded while `run` runs, tfjs's and ours alike. */
export async function countWork(run: () => Promise<void>): Promise<RecordedWork> {
  const counts = { dispatches: 0, submits: 0 };
  const undo = [
    wrap(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', (original) => {
      counts.dispatches += 1;
      return original();
    }),
    wrap(GPUQueue.prototype, 'submit', (original) => {
      counts.submits += 1;
      return original();
    }),
  ];
  try {
    await run();
  } finally {
    for (const back of undo) back();
  }
  return counts;
}

/**
 * Records and allocates, but submits nothing: values read are zeros. Dispatches and memory of a shape are
 * known in seconds where computing it takes a software GPU an hour.
 */
export async function withoutExecution<Result>(run: () => Promise<Result>): Promise<Result> {
  const undo = wrap(GPUQueue.prototype, 'submit', () => undefined);
  try {
    return await run();
  } finally {
    undo();
  }
}

/** Puts a function in place of a method, and returns what puts the method back. */
function wrap(prototype: object, name: string, replacement: (original: () => unknown) => unknown) {
  const method: unknown = Reflect.get(prototype, name);
  if (typeof method !== 'function') {
    throw new Error(`Expected WebGPU's method "${name}", found ${typeof method}.`);
  }
  Reflect.set(prototype, name, function (this: unknown, ...given: unknown[]) {
    return replacement(() => Reflect.apply(method, this, given));
  });
  return () => {
    Reflect.set(prototype, name, method);
  };
}
