/** The models and problems a study takes from a hub: obtained with live progress, kept, and opened from the storage. */

import { artefactSource } from '../storage/artefact-source';
import type { ArtefactStore } from '../storage/artefact-store';
import { underDownloadLock } from '../storage/download-lock';
import type { Loading } from '../study/machine';
import { modelFiles, type T5Choice } from '../study/model-choice';
import type { StudyModels } from '../study/models';
import { instructionRationale } from '../text/instruction-rationale';
import { DOWNLOADED_ADVICE, parseJsonFile } from '../text/json-file';
import { createTokenizer } from '../text/tokenizer';
import type { ByteSource } from '../weights/byte-source';
import { openCheckpoint } from '../weights/checkpoint';
import { artefactName, type Artefact } from '../weights/hub/artefact';
import { DownloadError } from '../weights/hub/download-error';
import { FLAN_TOKENIZER, GSM8K_FILES } from '../weights/hub/manifest';
import { obtainArtefact } from '../weights/hub/obtain';
import { downloadSentence } from '../weights/hub/progress-sentence';
import type { ProblemFile } from '../data/file-layout';
import {
  checkpointSource,
  openT5StudyModels,
  type StudentStart,
  type T5Source,
} from './t5-study-models';

/** Largest file that is read as one text: thirty times GSM8K's larger one. */
const MAXIMUM_TEXT_BYTES = 128 * 1024 * 1024;

/**
 * Opens the T5 teacher and the student a configuration chose from the hub.
 *
 * @param tokenizerFiles another copy of T5's tokenizer, for tests without the listed one
 */
export async function openHubModels(
  store: ArtefactStore,
  loading: Loading,
  tokenizerFiles: typeof FLAN_TOKENIZER = FLAN_TOKENIZER,
): Promise<StudyModels> {
  const { teacher } = loading.configuration.models;
  if (teacher.source === 'transformers') {
    throw new Error('Expected a T5 as the teacher, found a model of transformers.js.');
  }
  const { source, tokenizer } = await openHubStudent(store, loading, tokenizerFiles);
  const teacherSource = await openModel(store, teacher, loading);
  loading.show('Opening the models');
  // flan-t5 was tuned on chains of thought in prose.
  return openT5StudyModels(
    teacherSource.label,
    teacherSource.source,
    source,
    tokenizer,
    instructionRationale,
  );
}

/** Opens the student a configuration chose from the hub, and the tokenizer that all of flan-t5 share. */
export async function openHubStudent(
  store: ArtefactStore,
  loading: Loading,
  tokenizerFiles: typeof FLAN_TOKENIZER = FLAN_TOKENIZER,
): Promise<StudentStart> {
  const json = async (artefact: Artefact): Promise<unknown> => readJson(store, artefact, loading);
  const tokenizer = createTokenizer(
    await json(tokenizerFiles.tokenizer),
    await json(tokenizerFiles.tokenizerConfiguration),
  );
  const { source } = await openModel(store, loading.configuration.models.student, loading);
  return { source, tokenizer };
}

async function openModel(
  store: ArtefactStore,
  choice: T5Choice,
  loading: Loading,
): Promise<{ readonly label: string; readonly source: T5Source }> {
  const files = modelFiles(choice);
  if (files === null) throw new Error('Expected a model from a hub, found the pocket pair.');
  const { label, weights, configuration } = files;
  const configJson: unknown =
    configuration === null ? undefined : await readJson(store, configuration, loading);
  const checkpoint = await openCheckpoint(await openArtefact(store, weights, loading), configJson);
  return { label, source: checkpointSource(checkpoint) };
}

/** GSM8K's official files, named as the reader of problem files knows them. */
export async function readGsm8k(
  store: ArtefactStore,
  loading: Loading,
): Promise<readonly ProblemFile[]> {
  const files: ProblemFile[] = [];
  for (const artefact of GSM8K_FILES) {
    const name = artefact.path.replace(/^.*\//, '');
    files.push({ name, text: await readText(store, artefact, loading) });
  }
  return files;
}

/** A file of a hub, downloaded with live progress where it is not stored yet. */
export async function openArtefact(
  store: ArtefactStore,
  artefact: Artefact,
  { configuration, signal, show, log }: Loading,
): Promise<ByteSource> {
  const name = artefactName(artefact);
  let told = 0;
  const stored = await obtainArtefact(artefact, {
    hubs: configuration.models.hubs,
    storage: store,
    signal,
    exclusively: underDownloadLock,
    onProgress: (progress) => {
      if (performance.now() - told < 250) return;
      told = performance.now();
      const { bytes, total } = progress;
      show(downloadSentence(name, progress), total === null ? undefined : bytes / total);
    },
    onNotice: (notice) => {
      log(notice);
      show(notice);
    },
  });
  if (told > 0) log(`${name} is downloaded; ${TRUST_SENTENCES[stored.trust]}`);
  return artefactSource(store, stored);
}

const TRUST_SENTENCES = {
  verified: 'its hash is the one listed.',
  pinned: 'nobody lists its hash, so the one found is pinned from now on.',
  unverified: 'it is not on the list of this page: unverified.',
} as const;

async function readJson(
  store: ArtefactStore,
  artefact: Artefact,
  loading: Loading,
): Promise<unknown> {
  const text = await readText(store, artefact, loading);
  return parseJsonFile(text, artefactName(artefact), DOWNLOADED_ADVICE);
}

/** A small file of a hub as text. */
export async function readText(
  store: ArtefactStore,
  artefact: Artefact,
  loading: Loading,
): Promise<string> {
  const source = await openArtefact(store, artefact, loading);
  if (source.byteLength > MAXIMUM_TEXT_BYTES) throw new DownloadError(artefact, 'too-large');
  return new TextDecoder().decode(await source.read(0, source.byteLength));
}
