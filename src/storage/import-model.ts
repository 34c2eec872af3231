/** Keeps a model file that the visitor chose from the disk, in the same place and form as a downloaded one. */

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { parseT5Configuration } from '../t5/configuration';
import { parseJsonFile } from '../text/json-file';
import { blobSource } from '../weights/byte-source';
import { openCheckpoint } from '../weights/checkpoint';
import { artefactKey, localArtefact, type Artefact } from '../weights/hub/artefact';
import type { ArtefactStore } from './artefact-store';

/** Largest `config.json` read: a hundred times flan-t5's. */
const MAXIMUM_CONFIGURATION_BYTES = 256 * 1024;

/** A model of the visitor's own: its weights, and `config.json` where they are safetensors. */
export interface ModelFiles {
  readonly weights: Blob & { readonly name: string };
  readonly configuration: Blob | null;
}

export interface ImportedModel {
  readonly name: string;
  /** SHA-256 of the weights in hexadecimal. */
  readonly sha256: string;
  readonly hasConfiguration: boolean;
}

/**
 * Checks that the files are a T5 v1.1 and stores them, the weights last of all; nothing is stored of files
 * that are not. The same file again takes no more room.
 *
 * @throws WeightFileError when the weights are of no known format, broken, or no T5
 * @throws Error when the configuration is not that of a T5 v1.1
 * @throws StorageFullError when there is no room
 */
export async function importModel(
  store: ArtefactStore,
  { weights, configuration }: ModelFiles,
): Promise<ImportedModel> {
  const { name } = weights;
  const configJson: unknown = configuration === null ? undefined : await readJson(configuration);
  const checkpoint = await openCheckpoint(blobSource(name, weights), configJson);
  parseT5Configuration(checkpoint.configJson);
  const hash = await hashOf(store, weights);
  if (configuration !== null) {
    const artefact = localArtefact('config.json', hash);
    await keep(store, artefact, configuration, await hashOf(store, configuration));
  }
  await keep(store, localArtefact(name, hash), weights, hash);
  return { name, sha256: hash, hasConfiguration: configuration !== null };
}

async function readJson(configuration: Blob): Promise<unknown> {
  if (configuration.size > MAXIMUM_CONFIGURATION_BYTES) {
    throw new Error(
      `Expected a config.json of at most ${MAXIMUM_CONFIGURATION_BYTES} bytes, found ${configuration.size}. Choose the one that belongs to the model.`,
    );
  }
  const advice = 'Choose the one that belongs to the model.';
  return parseJsonFile(await configuration.text(), 'config.json', advice);
}

async function hashOf({ pieceBytes }: ArtefactStore, blob: Blob): Promise<string> {
  const hash = sha256.create();
  for await (const piece of pieces(blob, pieceBytes)) hash.update(new Uint8Array(piece));
  return bytesToHex(hash.digest());
}

async function keep(
  store: ArtefactStore,
  artefact: Artefact,
  blob: Blob,
  hash: string,
): Promise<void> {
  const key = artefactKey(artefact);
  if ((await store.find(key))?.state === 'complete') return;
  await store.begin(artefact, blob.size, null);
  try {
    let index = 0;
    for await (const piece of pieces(blob, store.pieceBytes)) {
      await store.writePiece(key, index, piece);
      index += 1;
    }
    await store.complete(key, hash, 'unverified');
  } catch (error) {
    await store.delete(key);
    throw error;
  }
}

async function* pieces(blob: Blob, pieceBytes: number): AsyncGenerator<ArrayBuffer> {
  for (let start = 0; start < blob.size; start += pieceBytes) {
    yield await blob.slice(start, start + pieceBytes).arrayBuffer();
  }
}
