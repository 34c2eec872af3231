/** Where the test data that stays out of the repository lies, if it is there at all. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env['WINNOW_DATA'] ?? '../shared/data';

/** True when the named folder of test data is there; tests that need it skip otherwise. */
export function hasData(name: string): boolean {
  return existsSync(join(folder, name));
}

/** Path of a file or folder of the test data. */
export function dataPath(name: string): string {
  return join(folder, name);
}

/** Text of a file of the test data. */
export function readData(name: string): string {
  return readFileSync(dataPath(name), 'utf8');
}
