/** The models that ship with the page: fetched from its own folder, whatever path it is served under. */

import type { StudyModels } from '../study/models';
import { parseJsonFile } from '../text/json-file';
import { createTokenizer } from '../text/tokenizer';
import { memorySource } from '../weights/byte-source';
import { openCheckpoint, type T5Checkpoint } from '../weights/checkpoint';
import {
  checkpointSource,
  openT5StudyModels,
  type StudentStart,
  type T5Source,
} from './t5-study-models';

/** Largest file of the pocket pair, which takes 6 MB in all; a longer answer is not ours. */
const MAXIMUM_FILE_BYTES = 16 * 1024 * 1024;

/**
 * The page's own folder. Built, the worker's script lies in its `assets` folder; the development
 * server serves sources from the root.
 */
export function pageFolder(): URL {
  return import.meta.env.DEV
    ? new URL(import.meta.env.BASE_URL, self.location.origin)
    : new URL('../', self.location.href);
}

/** Fetches and opens the pocket teacher, student and tokenizer. */
export async function openPocketModels(folder: URL = pageFolder()): Promise<StudyModels> {
  const [teacher, { source, tokenizer }] = await Promise.all([
    openWeights('teacher.gguf', folder),
    openPocketStudent(folder),
  ]);
  return openT5StudyModels('pocket teacher', teacher, source, tokenizer);
}

/** Fetches and opens the pocket student and tokenizer, for a teacher from elsewhere. */
export async function openPocketStudent(folder: URL = pageFolder()): Promise<StudentStart> {
  const [source, tokenizer, tokenizerConfiguration] = await Promise.all([
    openWeights('student.gguf', folder),
    fetchFile('tokenizer.json', folder),
    fetchFile('tokenizer_config.json', folder),
  ]);
  return {
    source,
    tokenizer: createTokenizer(
      readJson(tokenizer, 'tokenizer.json'),
      readJson(tokenizerConfiguration, 'tokenizer_config.json'),
    ),
  };
}

/** The shapes of the pocket pair, and how its weights are stored. */
export async function pocketShapes(folder: URL = pageFolder()) {
  const shape = async (name: string) => {
    const checkpoint = await openFile(name, folder);
    const format = checkpoint.storedType('shared.weight');
    return { configuration: checkpointSource(checkpoint).configuration, format };
  };
  return { teacher: await shape('teacher.gguf'), student: await shape('student.gguf') };
}

async function openWeights(name: string, folder: URL): Promise<T5Source> {
  return checkpointSource(await openFile(name, folder));
}

async function openFile(name: string, folder: URL): Promise<T5Checkpoint> {
  return openCheckpoint(memorySource(name, await fetchFile(name, folder)));
}

function readJson(bytes: Uint8Array, name: string): unknown {
  const advice = "Serve the page's whole folder, models included.";
  return parseJsonFile(new TextDecoder().decode(bytes), name, advice);
}

async function fetchFile(name: string, folder: URL): Promise<Uint8Array> {
  const url = new URL(`models/pocket/${name}`, folder);
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new Error(
      `Expected to load ${url.pathname}, but the server cannot be reached. Check that it still runs, then resume.`,
      { cause: error },
    );
  }
  // A server that answers every path with its start page sends HTML for a missing model.
  const isPage = response.headers.get('content-type')?.includes('text/html') === true;
  if (!response.ok || isPage) {
    throw new Error(
      `Expected the model file ${url.pathname}, found ${isPage ? 'a web page' : `status ${response.status}`}. Serve the page's whole folder, models included.`,
    );
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > MAXIMUM_FILE_BYTES) {
    throw new Error(
      `Expected at most ${MAXIMUM_FILE_BYTES} bytes at ${url.pathname}, found ${bytes.length}. Serve the models this page was built with.`,
    );
  }
  return bytes;
}
