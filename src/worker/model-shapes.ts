/** The shapes of a study's models before they are downloaded: from the manifest, from what is stored, or by a look at the hub. */

import { artefactSource } from '../storage/artefact-source';
import type { ArtefactStore } from '../storage/artefact-store';
import { modelFiles, type T5Choice, type TransformersChoice } from '../study/model-choice';
import { parseT5Configuration, type T5Configuration } from '../t5/configuration';
import { DOWNLOADED_ADVICE, parseJsonFile } from '../text/json-file';
import type { ByteSource } from '../weights/byte-source';
import { openCheckpoint } from '../weights/checkpoint';
import {
  artefactKey,
  namedArtefact,
  type Artefact,
  type HubAddresses,
} from '../weights/hub/artefact';
import { listedModel } from '../weights/hub/manifest';
import { openRemote } from '../weights/hub/remote-source';
import { pocketShapes } from './pocket-files';
import type { TransformersDevice } from '../rationale/transformers-model';
import { transformersFiles } from './transformers-study-models';

/** A model's shape, and how its file stores the embeddings. */
export interface ModelShape {
  readonly configuration: T5Configuration;
  readonly fileFormat: string;
}

/** Largest configuration that is read before a download. */
const MAXIMUM_CONFIGURATION_BYTES = 1_000_000;

export class ModelShapes {
  readonly #artefacts: ArtefactStore;
  /** Files on hubs that were looked at in this session; a failed look is forgotten. */
  readonly #remote = new Map<string, Promise<ByteSource>>();

  constructor(artefacts: ArtefactStore) {
    this.#artefacts = artefacts;
  }

  /**
   * The shape of a T5, or null where it is known only after a look.
   *
   * @param hubs where to look; null for not asking anybody
   * @throws DownloadError when a look finds no such file
   * @throws WeightFileError when it finds another kind of file
   */
  async ofT5(
    choice: T5Choice,
    role: 'teacher' | 'student',
    hubs: HubAddresses | null,
  ): Promise<ModelShape | null> {
    if (choice.source === 'pocket') {
      const { configuration, format } = (await pocketShapes())[role];
      return { configuration, fileFormat: format };
    }
    if (choice.source === 'listed') {
      const { configJson, format } = listedModel(choice.id);
      return { configuration: parseT5Configuration(configJson), fileFormat: format };
    }
    const files = modelFiles(choice);
    if (files === null) return null;
    const weights = await this.#open(files.weights, hubs);
    if (weights === null) return null;
    const configuration = files.configuration && (await this.#open(files.configuration, hubs));
    if (files.configuration && configuration === null) return null;
    const configJson: unknown = configuration
      ? parseJsonFile(await this.#text(configuration), configuration.name, DOWNLOADED_ADVICE)
      : undefined;
    const checkpoint = await openCheckpoint(weights, configJson);
    return {
      configuration: parseT5Configuration(checkpoint.configJson),
      fileFormat: checkpoint.storedType('shared.weight'),
    };
  }

  /**
   * The files of a teacher of transformers.js and their sizes, or null where they are known only after a look.
   *
   * @throws DownloadError when a look finds no such file
   * @throws Error when transformers.js does not know such a model
   */
  async ofTransformers(
    choice: TransformersChoice,
    device: TransformersDevice,
    hubs: HubAddresses | null,
  ): Promise<readonly { readonly artefact: Artefact; readonly bytes: number }[] | null> {
    const artefact = (path: string) => namedArtefact(choice.repository, choice.revision, path);
    const config = await this.#open(artefact('config.json'), hubs);
    if (config === null) return null;
    const sizes: { artefact: Artefact; bytes: number }[] = [];
    for (const path of await transformersFiles(choice, await this.#text(config), device)) {
      const source = await this.#open(artefact(path), hubs);
      if (source === null) return null;
      sizes.push({ artefact: artefact(path), bytes: source.byteLength });
    }
    return sizes;
  }

  /** Bytes of a file that was looked at; null where it was not. */
  async bytesOf(artefact: Artefact): Promise<number | null> {
    const source = await this.#remote.get(artefactKey(artefact));
    return source?.byteLength ?? null;
  }

  /** What is stored, or the file on its hub. */
  async #open(artefact: Artefact, hubs: HubAddresses | null): Promise<ByteSource | null> {
    const key = artefactKey(artefact);
    const stored = await this.#artefacts.find(key);
    if (stored?.state === 'complete') return artefactSource(this.#artefacts, stored);
    const looked = this.#remote.get(key);
    if (looked !== undefined || hubs === null) return looked ?? null;
    const opening = openRemote(artefact, hubs);
    this.#remote.set(key, opening);
    opening.catch(() => this.#remote.delete(key));
    return opening;
  }

  async #text(source: ByteSource): Promise<string> {
    const { byteLength } = source;
    if (byteLength > MAXIMUM_CONFIGURATION_BYTES) {
      throw new Error(
        `Expected a configuration of at most ${MAXIMUM_CONFIGURATION_BYTES} bytes, found ${byteLength} in ${source.name}. Check the repository and the path.`,
      );
    }
    return new TextDecoder().decode(await source.read(0, byteLength));
  }
}
