/** Reads a header of unknown length from front to back, a chunk at a time, with the caps checked before any byte is fetched. */

import { readExactly, type ByteSource } from './byte-source';
import { HEADER_CHUNK_BYTES, MAXIMUM_HEADER_BYTES } from './limits';
import { WeightFileError } from './weight-file-error';

// `ignoreBOM` keeps a leading U+FEFF in the text, so that what is read can be written back unchanged.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Little-endian values read one after the other from the start of a source. */
export class ByteCursor {
  /** The byte the next value starts at. */
  position = 0;
  private readonly source: ByteSource;
  private chunk = new Uint8Array(0);
  private chunkStart = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  fail(offset: number, rule: string): never {
    throw new WeightFileError(this.source.name, offset, rule);
  }

  /** The next `length` bytes, valid until the next call. */
  async bytes(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const end = this.position + length;
    if (end > this.source.byteLength) {
      this.fail(
        this.position,
        `${length} bytes are needed here, but the file ends at byte ${this.source.byteLength}: it is truncated, or a length before this is wrong`,
      );
    }
    if (end > MAXIMUM_HEADER_BYTES) {
      this.fail(
        this.position,
        `the header goes on past ${MAXIMUM_HEADER_BYTES} bytes, the largest that is read`,
      );
    }
    const chunkEnd = this.chunkStart + this.chunk.byteLength;
    if (end > chunkEnd) {
      // What is left of the old chunk is kept, so that the source is only ever read forwards.
      const kept = this.chunk.subarray(this.position - this.chunkStart);
      const fresh = await readExactly(
        this.source,
        chunkEnd,
        Math.min(Math.max(end - chunkEnd, HEADER_CHUNK_BYTES), this.source.byteLength - chunkEnd),
      );
      const joined = new Uint8Array(kept.byteLength + fresh.byteLength);
      joined.set(kept);
      joined.set(fresh, kept.byteLength);
      this.chunk = joined;
      this.chunkStart = this.position;
    }
    const start = this.position - this.chunkStart;
    this.position += length;
    return this.chunk.subarray(start, start + length);
  }

  async view(length: number): Promise<DataView> {
    const bytes = await this.bytes(length);
    return new DataView(bytes.buffer, bytes.byteOffset, length);
  }

  async uint32(): Promise<number> {
    return (await this.view(4)).getUint32(0, true);
  }

  /** A 64-bit count, checked against the cap before it becomes a number. */
  async count(what: string, maximum: number): Promise<number> {
    const offset = this.position;
    const value = (await this.view(8)).getBigUint64(0, true);
    if (value > BigInt(maximum)) this.fail(offset, `${what} is ${value}, more than ${maximum}`);
    return Number(value);
  }

  /** A string as GGUF stores it: 64-bit byte length, then UTF-8. */
  async string(what: string, maximumBytes: number): Promise<string> {
    const length = await this.count(`the byte length of ${what}`, maximumBytes);
    const offset = this.position;
    const bytes = await this.bytes(length);
    try {
      return utf8.decode(bytes);
    } catch {
      return this.fail(offset, `${what} is not valid UTF-8`);
    }
  }
}
