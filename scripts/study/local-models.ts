/** Models that a study chose from a disk: kept in its folder like downloads, as the page keeps them. */

import { openAsBlob } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ArtefactStore } from '../../src/storage/artefact-store';
import { importModel } from '../../src/storage/import-model';
import { modelFiles, type ModelsConfiguration } from '../../src/study/model-choice';
import { artefactKey } from '../../src/weights/hub/artefact';

/**
 * Keeps the files at `paths`, and makes sure that every model which the configuration takes from a disk is there
 * before the study begins; a study that goes on has them already.
 *
 * @throws Error naming the model that is missing, with the SHA-256 of those that were given
 * @throws WeightFileError when a file is no T5 v1.1
 */
export async function keepLocalModels(
  store: ArtefactStore,
  { teacher, student }: ModelsConfiguration,
  paths: readonly string[],
): Promise<void> {
  const given: string[] = [];
  for (const path of paths) {
    const { name, sha256 } = await keepModel(store, path);
    given.push(`${name} with ${sha256}`);
  }
  for (const choice of [teacher, student]) {
    if (choice.source !== 'file') continue;
    const { weights, configuration } = modelFiles(choice) ?? {};
    for (const artefact of [weights, configuration]) {
      if (!artefact || (await store.find(artefactKey(artefact)))?.state === 'complete') continue;
      throw new Error(
        `Expected the model ${choice.name} with the SHA-256 ${choice.sha256}${choice.hasConfiguration ? ' and its config.json' : ''}, found ${given.join(', ') || 'none'}. Name the file with --model.`,
      );
    }
  }
}

async function keepModel(store: ArtefactStore, path: string) {
  const open = async (file: string): Promise<Blob> => {
    try {
      return await openAsBlob(file);
    } catch (cause) {
      throw new Error(`--model ${path}: expected a file at ${file}, found none.`, { cause });
    }
  };
  // A GGUF carries its configuration.
  const isComplete = /\.gguf$/i.test(path);
  const weights = Object.assign(await open(path), { name: basename(path) });
  const configuration = isComplete ? null : await open(join(dirname(path), 'config.json'));
  return importModel(store, { weights, configuration });
}
