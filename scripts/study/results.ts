/** What a finished study leaves in its folder: the report, every trace, every answer and the trained students. */

import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Stores } from '../../src/storage/stores';
import { answerLines } from '../../src/study/export/answer-lines';
import { studyFileName } from '../../src/study/archive/archive-parts';
import { exportStudy } from '../../src/study/archive/export-study';
import { exportStudent } from '../../src/study/export/export-student';
import type { ExportedFile, ExportFormat } from '../../src/study/export/exported-file';
import { traceLine } from '../../src/study/export/trace-lines';
import type { StudyModels } from '../../src/study/models';
import type { StudySnapshot } from '../../src/study/snapshot';
import { reportDocument } from '../../src/ui/report/report-document';
import { STUDY_FORMATS, type StudyFormat } from './command-line';

/** Every answer of a study, one a line. */
export const ANSWERS_FILE = 'answers.jsonl';

export async function writeResults(
  stores: Stores,
  study: StudySnapshot,
  folder: string,
): Promise<void> {
  const { studyId } = study;
  await writeFile(join(folder, 'report.json'), `${JSON.stringify(study, null, 2)}\n`);
  await writeFile(join(folder, 'report.html'), reportDocument(study));
  await writeLines(join(folder, 'traces.jsonl'), stores.traces.each(studyId));
  await writeLines(join(folder, 'traces-flat.jsonl'), flatTraces(stores, studyId));
  await writeLines(join(folder, ANSWERS_FILE), answerLines(stores, study));
}

/**
 * Writes every run's student: a Hugging Face folder `students/METHOD/FORMAT` or a file `students/METHOD/NAME.gguf`.
 *
 * @param log is told of students without training and of damaged checkpoints that were passed over
 */
export async function writeStudents(
  stores: Stores,
  models: StudyModels,
  study: StudySnapshot,
  formats: readonly ExportFormat[],
  folder: string,
  log: (sentence: string) => void,
): Promise<void> {
  for (const { runId, method, bestUpdate } of study.runs) {
    if (bestUpdate === null) {
      log(
        `Method ${method} trained on nothing: its student is the untrained one and is not written.`,
      );
      continue;
    }
    for (const format of formats) {
      const { files, notes } = await exportStudent(stores, models, study, runId, format);
      notes.forEach(log);
      const [place, isFolder] = [join(folder, 'students', method), files.length > 1];
      for (const file of files) {
        await writeExported(join(place, isFolder ? format : '', file.path), file);
      }
    }
  }
}

/** Writes the whole study as one file that the page imports. */
export async function writeStudyFile(
  stores: Stores,
  { studyId, name }: StudySnapshot,
  format: StudyFormat,
  folder: string,
  log: (sentence: string) => void,
): Promise<void> {
  const archive = await exportStudy(stores, studyId, { extent: STUDY_FORMATS[format], note: log });
  const file = studyFileName(format === 'study' ? name : `${name}-${format.replace('study-', '')}`);
  await pipeline(Readable.from(archive), createWriteStream(join(folder, file)));
}

async function writeExported(path: string, { content }: ExportedFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if (typeof content === 'string') await writeFile(path, content);
  else await pipeline(Readable.from(content), createWriteStream(path));
}

async function* flatTraces(stores: Stores, studyId: string): AsyncGenerator {
  for await (const trace of stores.traces.each(studyId)) yield traceLine(trace);
}

async function writeLines(path: string, records: AsyncIterable<unknown>): Promise<void> {
  async function* lines(): AsyncGenerator<string> {
    for await (const record of records) yield `${JSON.stringify(record)}\n`;
  }
  await pipeline(Readable.from(lines()), createWriteStream(path));
}
