/** Opens the file of a study: its manifest, and each of its parts checked while it is read. */

import * as v from 'valibot';
import type { StudyRecord } from '../../storage/schema';
import type { ByteSource } from '../../weights/byte-source';
import { archiveError } from './archive-error';
import {
  ARCHIVED_ID,
  checkpointPath,
  MANIFEST_PATH,
  manifestSchema,
  PART_NAMES,
  PART_SCHEMAS,
  partPath,
  STUDY_PATH,
  type ArchivedRecords,
  type ArchivePart,
  type PartName,
} from './archive-parts';
import { studyConfigurationSchema } from '../configuration';
import { hashPassing } from './hashing';
import { MAXIMUM_MANIFEST_BYTES } from './limits';
import { decodeRecords, parseRecord } from './record-lines';
import { studySchema } from './snapshot-checks';
import { openZip, readEntry, type ZipEntry } from './zip-reader';

type ArchivedStudy = v.InferInput<typeof studySchema>;

interface OpenedPart extends ArchivePart {
  readonly entry: ZipEntry;
}

export class StudyArchive {
  readonly #source: ByteSource;
  readonly #parts: ReadonlyMap<string, OpenedPart>;

  private constructor(source: ByteSource, parts: ReadonlyMap<string, OpenedPart>) {
    this.#source = source;
    this.#parts = parts;
  }

  /**
   * Reads the list of files and the manifest.
   *
   * @throws Error when they do not belong together, or to a study
   */
  static async open(source: ByteSource): Promise<StudyArchive> {
    const entries = new Map((await openZip(source)).map((entry) => [entry.path, entry]));
    const manifest = entries.get(MANIFEST_PATH);
    if (manifest === undefined) throw archiveError(`there is no ${MANIFEST_PATH} in it`);
    if (manifest.bytes > MAXIMUM_MANIFEST_BYTES) {
      throw archiveError(
        `its ${MANIFEST_PATH} has ${manifest.bytes} bytes, more than ${MAXIMUM_MANIFEST_BYTES}`,
      );
    }
    const decoder = new TextDecoder();
    let json = '';
    for await (const piece of readEntry(source, manifest))
      json += decoder.decode(piece, { stream: true });
    const { parts } = checked(manifestSchema, parseRecord(json, MANIFEST_PATH), MANIFEST_PATH);
    entries.delete(MANIFEST_PATH);
    const opened = new Map<string, OpenedPart>();
    for (const part of parts) {
      const entry = entries.get(part.path);
      if (entry?.bytes !== part.bytes) {
        throw archiveError(
          `its manifest lists "${part.path}" with ${part.bytes} bytes, and it holds ${entry === undefined ? 'no such file' : `${entry.bytes}`}`,
        );
      }
      entries.delete(part.path);
      opened.set(part.path, { ...part, entry });
    }
    const [unlisted] = entries.keys();
    if (unlisted !== undefined) throw archiveError(`its manifest does not list "${unlisted}"`);
    for (const path of [STUDY_PATH, ...PART_NAMES.map(partPath)]) {
      if (!opened.has(path)) throw archiveError(`there is no ${path} in it`);
    }
    return new StudyArchive(source, opened);
  }

  /** How many checkpoints there are, each at its place. */
  get checkpoints(): number {
    const others = 1 + PART_NAMES.length;
    return this.#parts.size - others;
  }

  /** The study's own record, under the id that files have. */
  async readStudy(): Promise<StudyRecord> {
    const studies: ArchivedStudy[] = [];
    for await (const value of this.#decode(STUDY_PATH)) {
      studies.push(checked(studySchema, value, STUDY_PATH));
    }
    const [study] = studies;
    if (study === undefined || studies.length > 1 || study.studyId !== ARCHIVED_ID) {
      throw archiveError('it does not hold exactly one study');
    }
    // Of an earlier version, it lacks settings that came later.
    return { ...study, configuration: v.parse(studyConfigurationSchema, study.configuration) };
  }

  /** The records of a part, each of them checked; the hash of the part once the last has been read. */
  async *readRecords<Name extends PartName>(name: Name): AsyncGenerator<ArchivedRecords[Name]> {
    const path = partPath(name);
    for await (const value of this.#decode(path)) {
      const record = checked(PART_SCHEMAS[name], value, path);
      if (record.studyId !== ARCHIVED_ID) throw archiveError(`"${path}" is of another study`);
      yield record;
    }
  }

  /** What is named a checkpoint: its size and hash, checked by whoever reads it to its end. */
  checkpoint(place: number): {
    part: ArchivePart;
    source: ByteSource;
    bytes: AsyncIterable<Uint8Array>;
  } {
    const path = checkpointPath(place);
    const part = this.#parts.get(path);
    if (part === undefined) throw archiveError(`there is no ${path} in it`);
    const { offset } = part.entry;
    const source: ByteSource = {
      name: path,
      byteLength: part.bytes,
      read: (from, length) => this.#source.read(offset + from, Math.min(length, part.bytes - from)),
    };
    return { part, source, bytes: this.#read(path) };
  }

  #decode(path: string): AsyncGenerator {
    return decodeRecords(this.#read(path), path);
  }

  /** @throws Error at the end when the hash differs */
  #read(path: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const part = this.#parts.get(path);
    if (part === undefined) throw archiveError(`there is no ${path} in it`);
    return hashPassing(readEntry(this.#source, part.entry), ({ sha256 }) => {
      if (sha256 !== part.sha256) {
        throw archiveError(`"${path}" is damaged: its SHA-256 is not the one its manifest says`);
      }
    });
  }
}

/** The value itself where it passes: its members keep their order, which hashes of traces depend on. */
function checked<Value>(
  schema: v.GenericSchema<Value, unknown>,
  value: unknown,
  path: string,
): Value {
  if (v.is(schema, value)) return value;
  const [issue] = v.safeParse(schema, value).issues ?? [];
  const place = issue === undefined ? null : v.getDotPath(issue);
  throw archiveError(
    `"${path}": ${place?.slice(0, 200) ?? 'a record'}: ${issue?.message.slice(0, 500) ?? 'it is of another kind'}`,
  );
}
