/** Kernels whose code depends on settings: every variant is written once. */

import type { Kernel } from './kernel';

/**
 * The kernel for given settings, written at its first use.
 *
 * @param build writes the kernel; its `variant` has to tell apart whatever changes the code
 */
export function kernelVariants<Settings extends object>(
  build: (settings: Settings) => Kernel,
): (settings: Settings) => Kernel {
  const known = new Map<string, Kernel>();
  return (settings) => {
    const key = JSON.stringify(settings);
    const found = known.get(key);
    if (found !== undefined) return found;
    const built = build(settings);
    known.set(key, built);
    return built;
  };
}
