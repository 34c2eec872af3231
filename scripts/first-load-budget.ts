/** Fails the build when the JavaScript that a visitor waits for grows beyond its budget. */

import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/**
 * Compressed bytes of the page's own scripts, before the engine is asked for: a second on a slow phone's network. The
 * engine is a worker of its own, which the page does not wait for.
 */
export const FIRST_LOAD_BYTES = 150_000;

/** A script of a build, as far as the budget looks at it. */
export interface BuiltScript {
  readonly fileName: string;
  readonly code: string;
  readonly isEntry: boolean;
  /** Names of the scripts it cannot start without. */
  readonly imports: readonly string[];
}

/** Compressed bytes of each script that the entries load before they run, the largest first. */
export function firstLoad(scripts: readonly BuiltScript[]): (readonly [string, number])[] {
  const byName = new Map(scripts.map((script) => [script.fileName, script]));
  const needed = new Set<BuiltScript>();
  const need = (script: BuiltScript | undefined): void => {
    if (script === undefined || needed.has(script)) return;
    needed.add(script);
    for (const name of script.imports) need(byName.get(name));
  };
  for (const script of scripts) if (script.isEntry) need(script);
  return [...needed]
    .map(({ fileName, code }) => [fileName, gzipSync(code).length] as const)
    .toSorted(([, first], [, second]) => second - first);
}

/** @throws Error naming the largest scripts, when together they are beyond the budget */
export function assertWithinBudget(sizes: readonly (readonly [string, number])[]): number {
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  if (total > FIRST_LOAD_BYTES) {
    const list = sizes.slice(0, 5).map(([name, bytes]) => `  ${name}: ${bytes}`);
    throw new Error(
      [
        `Expected at most ${FIRST_LOAD_BYTES} bytes of compressed JavaScript in the first load, found ${total}. Import what is not needed at once where it is needed. The largest:`,
        ...list,
      ].join('\n'),
    );
  }
  return total;
}

export function firstLoadBudget(): Plugin {
  return {
    name: 'winnow-first-load-budget',
    generateBundle(_options, bundle) {
      const scripts = Object.values(bundle).filter((output) => output.type === 'chunk');
      const total = assertWithinBudget(firstLoad(scripts));
      this.info(
        `First load: ${total} of at most ${FIRST_LOAD_BYTES} bytes of compressed JavaScript.`,
      );
    },
  };
}
