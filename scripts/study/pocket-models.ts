/** The pocket pair of a folder as the models of a study, in Node. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StudyModels } from '../../src/study/models';
import { createTokenizer } from '../../src/text/tokenizer';
import { openCheckpoint } from '../../src/weights/checkpoint';
import {
  checkpointSource,
  openT5StudyModels,
  type StudentStart,
  type T5Source,
} from '../../src/worker/t5-study-models';
import { fileSource } from '../file-source';

/** Teacher, student and tokenizer of a folder. */
export async function openModelFolder(folder: string): Promise<StudyModels> {
  const { source, tokenizer } = await openStudentFolder(folder);
  const teacher = await readCheckpoint(folder, 'teacher.gguf');
  return openT5StudyModels('pocket teacher', teacher, source, tokenizer);
}

/** Student and tokenizer of a folder, for a teacher from elsewhere. */
export async function openStudentFolder(folder: string): Promise<StudentStart> {
  const json = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, name), 'utf8'));
  return {
    source: await readCheckpoint(folder, 'student.gguf'),
    tokenizer: createTokenizer(await json('tokenizer.json'), await json('tokenizer_config.json')),
  };
}

async function readCheckpoint(folder: string, name: string): Promise<T5Source> {
  return checkpointSource(await openCheckpoint(fileSource(join(folder, name))));
}
