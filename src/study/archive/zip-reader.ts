/**
 * Reads the zip archives that this page writes, and no others: files stored as they are, one after the other without
 * gaps, each listed once. What else a zip may be (compressed, encrypted, overlapping, with data between its files) is
 * refused, because that is where archives hide things. Format: PKWARE's APPNOTE.TXT 6.3.10, with its 64-bit sizes.
 */

import type { ByteSource } from '../../weights/byte-source';
import { archiveError } from './archive-error';
import {
  BLOCK_BYTES,
  MAXIMUM_DIRECTORY_BYTES,
  MAXIMUM_ENTRIES,
  MAXIMUM_PATH_BYTES,
} from './limits';

const END_BYTES = 22;
const END_64_BYTES = 56;
const LOCATOR_BYTES = 20;
const LISTED_BYTES = 46;
const LOCAL_BYTES = 30;
/** What follows a file's data: nothing where its size was known before, or else sizes of 32 bits, or of 64. */
const DESCRIPTOR_BYTES = [0, 16, 24];
/** Sizes and places were written after the data; names are UTF-8. */
const ALLOWED_FLAGS = 0x0808;
/** In place of what is in the 64-bit extension. */
const SEE_EXTENSION = 0xffff_ffff;

export interface ZipEntry {
  readonly path: string;
  /** Where its data begins. */
  readonly offset: number;
  readonly bytes: number;
}

/**
 * The files of an archive, in their order.
 *
 * @throws Error when it is not an archive as this page writes them
 */
export async function openZip(source: ByteSource): Promise<readonly ZipEntry[]> {
  const { entries, start, end } = await findDirectory(source);
  if (entries > MAXIMUM_ENTRIES) {
    throw archiveError(`expected at most ${MAXIMUM_ENTRIES} files in it, found ${entries}`);
  }
  if (start < 0 || end - start > MAXIMUM_DIRECTORY_BYTES) {
    throw archiveError(
      `its list of files has ${end - start} bytes, which is not a list of ${entries}`,
    );
  }
  const listed = readDirectory(await view(source, start, end - start), entries);
  if (new Set(listed.map(({ path }) => path)).size !== listed.length) {
    throw archiveError('it lists a file twice');
  }
  const files: ZipEntry[] = [];
  let position = 0;
  for (const { path, bytes, local } of listed) {
    if (position === 0 ? local !== 0 : !DESCRIPTOR_BYTES.includes(local - position)) {
      throw archiveError(
        `expected "${path}" right after the file before it, found it at byte ${local}`,
      );
    }
    const offset = await dataOffset(source, local, path);
    files.push({ path, offset, bytes });
    position = offset + bytes;
  }
  if (position === 0 ? start !== 0 : !DESCRIPTOR_BYTES.includes(start - position)) {
    throw archiveError('there is something between its files and their list');
  }
  return files;
}

/** The data of a file, piece by piece. */
export async function* readEntry(
  source: ByteSource,
  { offset, bytes }: ZipEntry,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let done = 0; done < bytes; done += BLOCK_BYTES) {
    yield read(source, offset + done, Math.min(BLOCK_BYTES, bytes - done));
  }
}

/** Where the list of files is; it ends where `end` says, right before the records about it. */
async function findDirectory(
  source: ByteSource,
): Promise<{ entries: number; start: number; end: number }> {
  const total = source.byteLength;
  if (total < END_BYTES) throw archiveError(`expected a zip archive, found ${total} bytes`);
  const last = await view(source, total - END_BYTES, END_BYTES);
  if (last.getUint32(0, true) !== 0x0605_4b50 || last.getUint16(20, true) !== 0) {
    throw archiveError(
      'it does not end as a zip archive of this page does, so it is cut short or another kind of file',
    );
  }
  const entries = last.getUint16(10, true);
  const size = last.getUint32(12, true);
  const start = last.getUint32(16, true);
  if (start === SEE_EXTENSION || size === SEE_EXTENSION || entries === 0xffff) {
    return findLargeDirectory(source, total - END_BYTES);
  }
  const end = total - END_BYTES;
  // An archive that has a large file has the large records too, whatever the small ones say.
  const isLarge =
    start + size === end - LOCATOR_BYTES - END_64_BYTES &&
    (await view(source, end - LOCATOR_BYTES, 4)).getUint32(0, true) === 0x0706_4b50;
  if (isLarge) return findLargeDirectory(source, end);
  if (start + size !== end) throw archiveError('its list of files is not where it should be');
  return { entries, start, end };
}

async function findLargeDirectory(
  source: ByteSource,
  before: number,
): Promise<{ entries: number; start: number; end: number }> {
  const end = before - LOCATOR_BYTES - END_64_BYTES;
  if (end < 0) throw archiveError('it is cut short');
  const records = await view(source, end, END_64_BYTES + LOCATOR_BYTES);
  const isWhole =
    records.getUint32(0, true) === 0x0606_4b50 &&
    records.getUint32(END_64_BYTES, true) === 0x0706_4b50 &&
    large(records, END_64_BYTES + 8) === end;
  const start = large(records, 48);
  if (!isWhole || start + large(records, 40) !== end) {
    throw archiveError('its list of files is not where it should be');
  }
  return { entries: large(records, 32), start, end };
}

interface ListedFile {
  readonly path: string;
  readonly bytes: number;
  /** Where its own header begins. */
  readonly local: number;
}

function readDirectory(list: DataView, entries: number): ListedFile[] {
  const files: ListedFile[] = [];
  let at = 0;
  for (let index = 0; index < entries; index++) {
    if (at + LISTED_BYTES > list.byteLength || list.getUint32(at, true) !== 0x0201_4b50) {
      throw archiveError(`its list of files ends after ${index} of ${entries}`);
    }
    const nameBytes = list.getUint16(at + 28, true);
    const extraBytes = list.getUint16(at + 30, true);
    const next = at + LISTED_BYTES + nameBytes + extraBytes;
    if (next > list.byteLength) throw archiveError('its list of files is cut short');
    const path = readPath(list, at + LISTED_BYTES, nameBytes);
    const flags = list.getUint16(at + 8, true);
    const [method, comment] = [list.getUint16(at + 10, true), list.getUint16(at + 32, true)];
    const packed = list.getUint32(at + 20, true);
    const size = list.getUint32(at + 24, true);
    if ((flags & ~ALLOWED_FLAGS) !== 0 || method !== 0 || comment !== 0 || packed !== size) {
      throw archiveError(`"${path}" was packed by another program`);
    }
    const extra = readExtension(list, next - extraBytes, extraBytes, path);
    const local = list.getUint32(at + 42, true);
    files.push({
      path,
      bytes: size === SEE_EXTENSION ? extra.bytes : size,
      local: local === SEE_EXTENSION ? extra.local : local,
    });
    at = next;
  }
  if (at !== list.byteLength) throw archiveError('its list of files goes on after the last one');
  return files;
}

/** The 64-bit sizes of a file, where it needs them: both sizes if the file is large, then its place. */
function readExtension(
  list: DataView,
  at: number,
  length: number,
  path: string,
): { bytes: number; local: number } {
  if (length === 0) return { bytes: SEE_EXTENSION, local: SEE_EXTENSION };
  const known = list.getUint16(at, true) === 1 && list.getUint16(at + 2, true) === length - 4;
  if (!known || (length !== 12 && length !== 28)) {
    throw archiveError(`"${path}" was packed by another program`);
  }
  return {
    bytes: length === 28 ? large(list, at + 4) : SEE_EXTENSION,
    local: large(list, at + length - 8),
  };
}

/** Where a file's data begins: after its header, which names it again. */
async function dataOffset(source: ByteSource, local: number, path: string): Promise<number> {
  const header = await view(source, local, LOCAL_BYTES);
  const nameBytes = header.getUint16(26, true);
  const extraBytes = header.getUint16(28, true);
  const isFile = header.getUint32(0, true) === 0x0403_4b50;
  if (!isFile || extraBytes !== 0 || nameBytes > MAXIMUM_PATH_BYTES) {
    throw archiveError(`expected the file "${path}" at byte ${local}, found something else`);
  }
  const name = readPath(await view(source, local + LOCAL_BYTES, nameBytes), 0, nameBytes);
  if (name !== path) throw archiveError(`it calls one file both "${path}" and "${name}"`);
  return local + LOCAL_BYTES + nameBytes;
}

/** Only paths as this page writes them: nothing absolute, nothing that leads up or that a terminal would obey. */
function readPath(bytes: DataView, at: number, length: number): string {
  if (length > MAXIMUM_PATH_BYTES) throw archiveError(`a path in it has ${length} bytes`);
  const path = String.fromCharCode(...new Uint8Array(bytes.buffer, bytes.byteOffset + at, length));
  if (!/^(?:[a-z0-9-]+\/)?[a-z0-9-]+(?:\.[a-z0-9]+)+$/.test(path)) {
    throw archiveError('a file in it has a path that this page would not give it');
  }
  return path;
}

/** A whole number of 64 bits; one beyond 2^53 is no place in a file. */
function large(bytes: DataView, at: number): number {
  if (at + 8 > bytes.byteLength) throw archiveError('it is cut short');
  return Number(bytes.getBigUint64(at, true));
}

async function view(source: ByteSource, offset: number, length: number): Promise<DataView> {
  return new DataView((await read(source, offset, length)).buffer);
}

async function read(
  source: ByteSource,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (offset < 0 || offset + length > source.byteLength) throw archiveError('it is cut short');
  const bytes = await source.read(offset, length);
  if (bytes.byteLength !== length) throw archiveError('it could not be read to its end');
  return bytes.buffer.byteLength === length ? bytes : bytes.slice();
}
