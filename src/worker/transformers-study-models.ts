/** The models of a study whose teacher runs in transformers.js: its files kept as downloads, its student a T5. */

import * as tf from '@tensorflow/tfjs-core';
import { needsHalfPrecision } from '../rationale/transformers-format';
import {
  CHAT_TEMPLATE_PATH,
  TransformersModel,
  weightPaths,
  type OnnxRuntimeFiles,
  type TransformersDevice,
} from '../rationale/transformers-model';
import { TransformersTeacher } from '../rationale/transformers-teacher';
import type { ArtefactStore } from '../storage/artefact-store';
import type { Loading } from '../study/machine';
import { modelLabel, type TransformersChoice } from '../study/model-choice';
import type { StudyModels } from '../study/models';
import type { ByteSource } from '../weights/byte-source';
import { artefactKey, namedArtefact, type Artefact } from '../weights/hub/artefact';
import { DownloadError } from '../weights/hub/download-error';
import { openArtefact, openHubStudent, readText } from './hub-models';
import { LoadedTeacher } from './loaded-teacher';
import { openStudyModels, type StudentStart } from './t5-study-models';

/** ONNX Runtime's files by the device it runs on; where there are none for the GPU, it runs on WebAssembly. */
export type OnnxRuntimes = Readonly<
  Record<'wasm', OnnxRuntimeFiles> & Partial<Record<'webgpu', OnnxRuntimeFiles>>
>;

/** What differs between the page and Node. */
export interface TransformersSurroundings {
  readonly runtimes: OnnxRuntimes;
  /** The student and tokenizer that ship with the page. */
  readonly openPocketStudent: () => Promise<StudentStart>;
}

/** Files that not every repository has. */
const OPTIONAL_PATHS = ['generation_config.json', CHAT_TEMPLATE_PATH];
const TOKENIZER_PATHS = ['tokenizer.json', 'tokenizer_config.json'];

/** SHA-256 of nothing. */
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * Opens the student and downloads the teacher's files; the teacher itself starts with its first question.
 *
 * @throws DownloadError when a file cannot be had
 * @throws Error when transformers.js does not know such a model, or the device cannot run it
 */
export async function openTransformersModels(
  store: ArtefactStore,
  loading: Loading,
  { runtimes, openPocketStudent }: TransformersSurroundings,
): Promise<StudyModels> {
  const { teacher, student } = loading.configuration.models;
  if (teacher.source !== 'transformers') throw new Error('Expected a teacher of transformers.js.');
  const start = await (student.source === 'pocket'
    ? openPocketStudent()
    : openHubStudent(store, loading));
  return openStudyModels(await openTransformersTeacher(store, loading, teacher, runtimes), start);
}

/** Downloads what a teacher needs, which is found out from its configuration. */
export async function openTransformersTeacher(
  store: ArtefactStore,
  loading: Loading,
  choice: TransformersChoice,
  runtimes: OnnxRuntimes,
): Promise<LoadedTeacher<TransformersModel, TransformersTeacher>> {
  const { repository, task, dtype } = choice;
  const { device, runtime } = chooseRuntime(runtimes);
  if (device === 'webgpu' && needsHalfPrecision(dtype)) await requireHalfPrecision(dtype);
  const artefact = (path: string) => namedArtefact(repository, choice.revision, path);

  const files = new Map<string, ByteSource>();
  for (const path of OPTIONAL_PATHS) {
    const source = await openOptional(store, artefact(path), loading);
    if (source !== null) files.set(path, source);
  }
  const config = await readText(store, artefact('config.json'), loading);
  loading.show('Loading transformers.js');
  const format = { repository, task, format: dtype, device };
  for (const path of await transformersFiles(choice, config, device)) {
    files.set(path, await openArtefact(store, artefact(path), loading));
  }
  const name = modelLabel(choice);
  return new LoadedTeacher(
    { name, continues: false },
    () => TransformersModel.open({ ...format, runtime, files }),
    (model) => new TransformersTeacher(name, model, loading.signal),
  );
}

/**
 * The paths of the files that a teacher cannot do without.
 *
 * @param config the content of its `config.json`
 * @throws Error when transformers.js does not know such a model
 */
export async function transformersFiles(
  { repository, task, dtype }: TransformersChoice,
  config: string,
  device: TransformersDevice,
): Promise<string[]> {
  const weights = await weightPaths({ repository, task, format: dtype, device }, config);
  const paths = new Set(['config.json', ...TOKENIZER_PATHS, ...weights]);
  return [...paths].filter((path) => !OPTIONAL_PATHS.includes(path));
}

/** The GPU where the engine uses it and ONNX Runtime can. */
function chooseRuntime({ webgpu, wasm }: OnnxRuntimes): {
  readonly device: TransformersDevice;
  readonly runtime: OnnxRuntimeFiles;
} {
  return tf.getBackend() === 'webgpu' && webgpu !== undefined
    ? { device: 'webgpu', runtime: webgpu }
    : { device: 'wasm', runtime: wasm };
}

/**
 * A file that a repository may lack: null where it does. That it does is kept too, as a file of no
 * bytes, so that the model also opens where the hub cannot be asked.
 */
async function openOptional(
  store: ArtefactStore,
  artefact: Artefact,
  loading: Loading,
): Promise<ByteSource | null> {
  try {
    const source = await openArtefact(store, artefact, loading);
    return source.byteLength === 0 ? null : source;
  } catch (error) {
    if (!(error instanceof DownloadError && error.fault === 'not-found')) throw error;
    await store.begin(artefact, 0, null);
    await store.complete(artefactKey(artefact), EMPTY_SHA256, 'unverified');
    return null;
  }
}

async function requireHalfPrecision(format: string): Promise<void> {
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter?.features.has('shader-f16') === true) return;
  throw new Error(
    `Expected a GPU that computes in 16 bit for the format ${format}, found one that does not. Choose fp32, q8 or q4.`,
  );
}
