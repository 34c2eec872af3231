/** A folder of PyTorch's results on this machine's disk. */

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ORACLE_FILES, type ReadFile } from './oracle-folder';

/**
 * Looks for every file the checks read before anything is computed.
 *
 * @throws Error naming the folder, or each file that is missing and what it should hold
 */
export async function openOracleDirectory(directory: string): Promise<ReadFile> {
  if (!(await stat(directory).catch(() => null))?.isDirectory()) {
    throw new Error(
      `${directory}: expected a folder of PyTorch's results, found none; tests/fixtures/t5-tiny is one.`,
    );
  }
  const missing: string[] = [];
  for (const [name, content] of Object.entries(ORACLE_FILES)) {
    const found = await stat(join(directory, name)).catch(() => null);
    if (!found?.isFile()) missing.push(`  ${name}: ${content}`);
  }
  if (missing.length > 0) {
    throw new Error(
      `${directory}: expected these files too, laid out as in tests/fixtures/t5-tiny:\n${missing.join('\n')}`,
    );
  }
  return (name) => readFile(join(directory, name));
}
