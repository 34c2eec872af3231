/** The pocket pair of a folder as the models of a study, in Node. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StudyModels } from '../../src/study/models';
import { createTokenizer } from '../../src/text/tokenizer';
import { openCheckpoint } from '../../src/weights/checkpoint';
import { checkpointSource, openT5StudyModels } from '../../src/worker/t5-study-models';
import { fileSource } from '../file-source';

export async function openModelFolder(folder: string): Promise<StudyModels> {
  const json = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, name), 'utf8'));
  const checkpoint = async (name: string) =>
    checkpointSource(await openCheckpoint(fileSource(join(folder, name))));
  return openT5StudyModels(
    'pocket teacher',
    await checkpoint('teacher.gguf'),
    await checkpoint('student.gguf'),
    createTokenizer(await json('tokenizer.json'), await json('tokenizer_config.json')),
  );
}
