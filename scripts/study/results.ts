/** What a finished study leaves in its folder: the report, every trace, every answer and the trained students. */

import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SPLIT_NAMES } from '../../src/data/problem';
import type { Stores } from '../../src/storage/stores';
import type { StudySnapshot } from '../../src/study/snapshot';
import { STUDENT_BEFORE, TEACHER } from '../../src/study/subjects';
import { reportDocument } from '../../src/ui/report/report-document';

export async function writeResults(
  stores: Stores,
  study: StudySnapshot,
  folder: string,
): Promise<void> {
  const { studyId, runs } = study;
  await writeFile(join(folder, 'report.json'), `${JSON.stringify(study, null, 2)}\n`);
  await writeFile(join(folder, 'report.html'), reportDocument(study));
  await writeLines(join(folder, 'traces.jsonl'), stores.traces.each(studyId));
  await writeLines(join(folder, 'answers.jsonl'), answers(stores, study));
  for (const { runId, method, bestUpdate } of runs) {
    const { checkpoint } = await stores.checkpoints.readPreferred(runId, bestUpdate);
    if (checkpoint !== null) {
      await writeFile(join(folder, `student-${method}.safetensors`), checkpoint.bytes);
    }
  }
}

/** One line for every problem that someone answered: who, which split, what was written. */
async function* answers(stores: Stores, { studyId, runs }: StudySnapshot): AsyncGenerator {
  const subjects = [
    { id: TEACHER, name: TEACHER },
    { id: STUDENT_BEFORE, name: STUDENT_BEFORE },
    ...runs.map(({ runId, method }) => ({ id: runId, name: method })),
  ];
  for (const { id, name } of subjects) {
    for (const split of SPLIT_NAMES) {
      for (const { records } of await stores.evaluations.read(studyId, id, split)) {
        for (const record of records) yield { subject: name, ...record };
      }
    }
  }
}

async function writeLines(path: string, records: AsyncIterable<unknown>): Promise<void> {
  async function* lines(): AsyncGenerator<string> {
    for await (const record of records) yield `${JSON.stringify(record)}\n`;
  }
  await pipeline(Readable.from(lines()), createWriteStream(path));
}
