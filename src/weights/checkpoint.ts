/** Opens a T5's weights whatever file they come in, and gives them out one by one under their Hugging Face names. */

import { readExactly, type ByteSource } from './byte-source';
import { openGguf } from './gguf-reader';
import { GGUF_MAGIC } from './gguf-types';
import {
  quantisedFormat,
  quantisedPlanes,
  type QuantisedFormat,
  type QuantisedPlanes,
} from './quantised-planes';
import { openSafetensors } from './safetensors-reader';
import { ggufT5ConfigurationJson } from './t5-gguf-reader';
import { ggufT5Name, huggingFaceT5Name } from './t5-names';
import { releaseBytes } from './release-bytes';
import type { TensorEntry } from './tensor-entry';
import { WeightFileError } from './weight-file-error';

export interface T5Checkpoint {
  readonly format: 'gguf' | 'safetensors';
  readonly fileName: string;
  /** Hugging Face's config.json: the one given, or else the one a GGUF file's header amounts to. */
  readonly configJson: unknown;
  /** The T5 tensors in the order of the file. */
  readonly names: readonly string[];
  /** Tensors that no T5 v1.1 uses, such as second copies of the embedding, under the file's own names. */
  readonly ignored: readonly string[];
  /** As PyTorch orders it. @throws {WeightFileError} no such tensor */
  shape(name: string): readonly number[];
  /** How the file stores it: `F32`, `Q8_0`. @throws {WeightFileError} no such tensor */
  storedType(name: string): string;
  /** Row-major floats, dequantised. @throws {WeightFileError} no such tensor, or one that cannot be read */
  readTensor(name: string): Promise<Float32Array<ArrayBuffer>>;
  /** `count` floats from element `start` on. @throws {WeightFileError} as `readTensor`, or a range that cuts a block */
  readPart(name: string, start: number, count: number): Promise<Float32Array<ArrayBuffer>>;
  /** The format of a tensor stored in Q8_0 or Q4_0, null for others. @throws {WeightFileError} no such tensor */
  quantisedFormat(name: string): QuantisedFormat | null;
  /** As `readPart`, still quantised. @throws {WeightFileError} as `readPart`, or a tensor that is not quantised */
  readPlanes(name: string, start: number, count: number): Promise<QuantisedPlanes>;
}

/** Some repositories hold the token embedding under one of these names, or under several. */
const EMBEDDING_COPIES = ['encoder.embed_tokens.weight', 'decoder.embed_tokens.weight'];
const EMBEDDING = 'shared.weight';
const OUTPUT_HEAD = 'lm_head.weight';

interface OpenFile {
  readonly format: T5Checkpoint['format'];
  readonly configJson: unknown;
  readonly tensors: readonly TensorEntry[];
  readonly headerEnd: number;
  huggingFaceName(storedName: string): string | null;
  read(entry: TensorEntry): Promise<Float32Array<ArrayBuffer>>;
  readPart(entry: TensorEntry, start: number, count: number): Promise<Float32Array<ArrayBuffer>>;
  readRawPart(entry: TensorEntry, start: number, count: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Reads the header and checks that the embedding and the output head are there; the format is told by the first bytes.
 * @param configJson the repository's config.json, if there is one; a GGUF file can do without
 * @throws {WeightFileError} neither format, a broken file, or no T5
 */
export async function openCheckpoint(
  source: ByteSource,
  configJson?: unknown,
): Promise<T5Checkpoint> {
  const file = await openFile(source, configJson ?? null);
  const entries = new Map<string, TensorEntry>();
  const ignored: string[] = [];
  for (const entry of file.tensors) {
    const name = file.huggingFaceName(entry.name);
    if (name === null) ignored.push(entry.name);
    else entries.set(name, entry);
  }
  const fail = (rule: string): never => {
    throw new WeightFileError(source.name, file.headerEnd, rule);
  };
  const entryOf = (name: string): TensorEntry =>
    entries.get(name) ?? fail(`the header ends without the tensor ${name.slice(0, 80)}`);
  const formatOf = ({ type }: TensorEntry) =>
    file.format === 'gguf' ? quantisedFormat(type) : null;
  entryOf(EMBEDDING);
  if (!entries.has(OUTPUT_HEAD) && isUntied(file.configJson)) {
    fail(
      `the header ends without ${OUTPUT_HEAD}, but the configuration says tie_word_embeddings: false; T5 v1.1 cannot do without it`,
    );
  }
  return {
    format: file.format,
    fileName: source.name,
    configJson: file.configJson,
    names: [...entries.keys()],
    ignored,
    shape: (name) => entryOf(name).shape,
    storedType: (name) => entryOf(name).type,
    readTensor: async (name) => file.read(entryOf(name)),
    readPart: async (name, start, count) => file.readPart(entryOf(name), start, count),
    quantisedFormat: (name) => formatOf(entryOf(name)),
    async readPlanes(name, start, count) {
      const entry = entryOf(name);
      const format = formatOf(entry);
      if (format === null) {
        throw new WeightFileError(
          source.name,
          entry.offset,
          `tensor ${name} is stored as ${entry.type}, not in a quantised format that is kept`,
        );
      }
      const blocks = await file.readRawPart(entry, start, count);
      const planes = quantisedPlanes(format, blocks);
      releaseBytes(blocks);
      return planes;
    },
  };
}

function isUntied(configJson: unknown): boolean {
  return (
    typeof configJson === 'object' &&
    configJson !== null &&
    'tie_word_embeddings' in configJson &&
    configJson.tie_word_embeddings === false
  );
}

async function openFile(source: ByteSource, configJson: unknown): Promise<OpenFile> {
  const start = await readExactly(source, 0, Math.min(source.byteLength, 9));
  const magic = String.fromCharCode(...start.subarray(0, GGUF_MAGIC.length));
  if (magic === GGUF_MAGIC) {
    const gguf = await openGguf(source);
    const ownConfigJson = ggufT5ConfigurationJson(gguf);
    return {
      format: 'gguf',
      configJson: configJson ?? ownConfigJson,
      tensors: gguf.tensors,
      headerEnd: gguf.headerEnd,
      huggingFaceName: huggingFaceT5Name,
      read: ({ name }) => gguf.readTensor(name),
      readPart: ({ name }, start, count) => gguf.readPart(name, start, count),
      readRawPart: ({ name }, start, count) => gguf.readRawPart(name, start, count),
    };
  }
  // A safetensors file opens with the length of its header, which opens with a brace.
  if (start[8] !== 0x7b) {
    throw new WeightFileError(
      source.name,
      0,
      `these are the first bytes of neither a GGUF nor a safetensors file${magic.startsWith('PK') ? ' but of a zip archive, as PyTorch writes them: take the repository’s model.safetensors' : ''}`,
    );
  }
  return openSafetensorsFile(source, configJson);
}

async function openSafetensorsFile(source: ByteSource, configJson: unknown): Promise<OpenFile> {
  const file = await openSafetensors(source);
  const stored = new Set(file.tensors.map(({ name }) => name));
  const floats = <Data>({ name, type, offset }: TensorEntry, data: Data | Int32Array): Data => {
    if (!(data instanceof Int32Array)) return data;
    throw new WeightFileError(
      source.name,
      offset,
      `tensor ${name} holds integers (${type}); a weight is a float`,
    );
  };
  const embedding = [EMBEDDING, ...EMBEDDING_COPIES].find((name) => stored.has(name));
  return {
    format: 'safetensors',
    configJson,
    tensors: file.tensors,
    headerEnd: file.headerEnd,
    huggingFaceName: (name) => {
      if (name === embedding) return EMBEDDING;
      return ggufT5Name(name) === null ? null : name;
    },
    read: async (entry) => floats(entry, await file.readTensor(entry.name)),
    readPart: async (entry, start, count) =>
      floats(entry, await file.readPart(entry.name, start, count)),
    readRawPart: ({ name, offset }) => {
      throw new WeightFileError(source.name, offset, `tensor ${name} is not stored in blocks`);
    },
  };
}
