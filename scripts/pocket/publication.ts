/** Writes a trained pocket model as GGUF and measures what was written. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseT5Configuration, t5ConfigurationJson } from '../../src/t5/configuration';
import { T5Model } from '../../src/t5/model';
import { memorySource } from '../../src/weights/byte-source';
import { openCheckpoint } from '../../src/weights/checkpoint';
import type { GgufTensorType } from '../../src/weights/gguf-types';
import { encodeT5Gguf, t5TensorTypes } from '../../src/weights/t5-gguf-writer';
import type { PocketModel } from './recipes';

/** The teacher is stored as a real one would be, quantised; the student, which is trained further, in full. */
const STORED_TYPES: Readonly<Record<PocketModel, GgufTensorType>> = {
  teacher: 'Q4_0',
  student: 'F32',
};

export async function writePocketModel(
  name: PocketModel,
  model: T5Model,
  folder: string,
): Promise<void> {
  const tensors = [...(await model.read())].map(([tensor, { shape, data }]) => ({
    name: tensor,
    shape,
    data,
  }));
  const bytes = encodeT5Gguf({
    modelName: `Winnow pocket ${name}`,
    configJson: t5ConfigurationJson(model.configuration),
    tensors,
    types: t5TensorTypes(STORED_TYPES[name]),
  });
  await writeFile(join(folder, `${name}.gguf`), bytes);
}

/** The model as the page will read it. */
export async function readPocketModel(name: PocketModel, folder: string): Promise<T5Model> {
  const file = `${name}.gguf`;
  const bytes = await readFile(join(folder, file));
  const checkpoint = await openCheckpoint(memorySource(file, bytes));
  return T5Model.load(parseT5Configuration(checkpoint.configJson), checkpoint);
}
