/** Where the bytes of a weight file come from: memory or a browser Blob, read a range at a time. */

import { WeightFileError } from './weight-file-error';

export interface ByteSource {
  /** The file's name as the visitor knows it; every error shows it. */
  readonly name: string;
  readonly byteLength: number;
  /**
   * Reads `length` bytes from `offset`. The bytes are the caller's own: changing them changes nothing else.
   * Fewer bytes than asked for mean that the source ended.
   */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** A file that is already in memory. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    byteLength: bytes.byteLength,
    read: (offset, length) =>
      Promise.resolve(new Uint8Array(bytes.subarray(offset, offset + length))),
  };
}

/** A browser's File or Blob; only the ranges that are asked for are read from the disk. */
export function blobSource(name: string, blob: Blob): ByteSource {
  return {
    name,
    byteLength: blob.size,
    read: async (offset, length) =>
      new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
  };
}

/**
 * Reads exactly `length` bytes, which fill their own buffer.
 * @throws {WeightFileError} the range reaches past the end, or the source failed or came back short
 */
export async function readExactly(
  source: ByteSource,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (offset + length > source.byteLength) {
    throw new WeightFileError(
      source.name,
      offset,
      `${length} bytes are needed here, but the file ends at byte ${source.byteLength}: it is truncated or not of this format`,
    );
  }
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await source.read(offset, length);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new WeightFileError(source.name, offset, `reading ${length} bytes failed: ${reason}`, {
      cause,
    });
  }
  if (bytes.byteLength !== length) {
    throw new WeightFileError(
      source.name,
      offset,
      `${length} bytes were asked for and ${bytes.byteLength} came: the file changed or the transfer broke off; load it again`,
    );
  }
  // Callers lay typed arrays over the whole buffer, which needs aligned bytes that fill it.
  return bytes.buffer.byteLength === length ? bytes : bytes.slice();
}
