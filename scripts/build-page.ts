/** Builds the page when the built one is older than what it is made of. */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const SOURCES = [
  'index.html',
  'package-lock.json',
  'public',
  'src',
  'tsconfig.json',
  'vite.config.ts',
];

/** Builds into `dist/` unless that is up to date already. */
export async function buildIfStale(report: (sentence: string) => void): Promise<void> {
  const built = existsSync('dist/index.html') ? statSync('dist/index.html').mtimeMs : 0;
  if (built > newestChange(SOURCES)) return;
  report('Building the page ...');
  await build({ logLevel: 'warn' });
}

/** Time of the newest change among files and folders, in ms; folders count too, so deletions do. */
function newestChange(paths: readonly string[]): number {
  return Math.max(
    0,
    ...paths.filter(existsSync).map((path) => {
      const found = statSync(path);
      if (!found.isDirectory()) return found.mtimeMs;
      return Math.max(
        found.mtimeMs,
        newestChange(readdirSync(path).map((name) => join(path, name))),
      );
    }),
  );
}
