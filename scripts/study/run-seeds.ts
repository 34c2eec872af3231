/** One study a seed, alike but for it, each in its folder; finished ones are not run again. */

import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceReport } from '../../src/study/snapshot';
import { reportTable } from '../study-terminal';
import type { StudyRequest } from './command-line';
import { methodsDocument, type FinishedStudy } from './methods-table';
import { runStudy } from './run-study';

/**
 * Runs the studies one after the other, and prints the table of each.
 *
 * @param folderOf where the study of a seed is kept
 */
export async function runSeeds(
  { configurations, backend: _backend, out: _out, ...job }: StudyRequest,
  device: DeviceReport,
  folderOf: (seed: number) => string,
): Promise<FinishedStudy[]> {
  const studies: FinishedStudy[] = [];
  for (const configuration of configurations) {
    const folder = folderOf(configuration.seed);
    console.log(`\nSeed ${configuration.seed}, in ${folder}`);
    const study = await runStudy({ ...job, configuration, device, folder });
    const { report } = study;
    if (report === null)
      throw new Error(`Expected a report of the study in ${folder}, found none.`);
    console.log(`\n${reportTable(report)}`);
    studies.push({ ...study, report });
  }
  return studies;
}

/** The folder of a seed within one for several. */
export const seedFolder =
  (out: string) =>
  (seed: number): string =>
    join(out, `seed-${seed}`);

/** Writes the comparison over the seeds, whole or not at all, and prints it. */
export async function writeComparison(
  studies: readonly FinishedStudy[],
  command: string,
  file: string,
): Promise<void> {
  const document = methodsDocument(studies, command);
  await writeFile(`${file}.new`, document);
  await rename(`${file}.new`, file);
  console.log(`\n${document}\nWritten to ${file}.`);
}
