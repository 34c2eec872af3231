/** Records as compressed lines of JSON: how they are written into the file of a study, and read back within bounds. */

import { archiveError } from './archive-error';
import { MAXIMUM_RECORD_LENGTH, MAXIMUM_RECORDS } from './limits';

/** Lines that are compressed at a time, in characters. */
const BATCH_LENGTH = 256 * 1024;

/**
 * Records, one JSON text a line, through gzip.
 *
 * @throws Error for a number that JSON cannot say: it would come back as something else
 */
export async function* encodeRecords(
  records: AsyncIterable<object> | Iterable<object>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield* throughStream(encodedLines(records), new CompressionStream('gzip'));
}

/**
 * The records of such a file, each of which may be anything that JSON says.
 *
 * @param path for errors
 * @throws Error when the file is not compressed lines of JSON, or beyond the bounds
 */
export async function* decodeRecords(
  bytes: AsyncIterable<Uint8Array<ArrayBuffer>>,
  path: string,
): AsyncGenerator {
  let records = 0;
  for await (const line of decodedLines(bytes, path)) {
    records++;
    if (records > MAXIMUM_RECORDS)
      throw archiveError(`"${path}" has more than ${MAXIMUM_RECORDS} records`);
    yield parseRecord(line, `record ${records} of "${path}"`);
  }
}

/** The value of a JSON text from outside. */
export function parseRecord(json: string, what: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    return value;
  } catch {
    throw archiveError(`${what} is not JSON`);
  }
}

async function* encodedLines(
  records: AsyncIterable<object> | Iterable<object>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  let batch = '';
  for await (const record of records) {
    batch += `${JSON.stringify(record, refuseUnspeakable)}\n`;
    if (batch.length < BATCH_LENGTH) continue;
    yield encoder.encode(batch);
    batch = '';
  }
  if (batch !== '') yield encoder.encode(batch);
}

function refuseUnspeakable(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new Error(
      `Expected a finite number as "${key}" of this study, found ${value}. It cannot be exported.`,
    );
  }
  return value;
}

async function* decodedLines(
  bytes: AsyncIterable<Uint8Array<ArrayBuffer>>,
  path: string,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  // The pieces of the line that has begun, put together once it ends.
  let open: string[] = [];
  let length = 0;
  for await (const piece of decompressed(bytes, path)) {
    const [first = '', ...others] = decodeText(decoder, piece, path).split('\n');
    open.push(first);
    length += first.length;
    if (length > MAXIMUM_RECORD_LENGTH) {
      throw archiveError(`a record of "${path}" has more than ${MAXIMUM_RECORD_LENGTH} characters`);
    }
    const last = others.pop();
    if (last === undefined) continue;
    yield open.join('');
    yield* others;
    open = [last];
    length = last.length;
  }
  if (length > 0) throw archiveError(`"${path}" does not end with a whole record`);
}

function decodeText(decoder: TextDecoder, piece: Uint8Array<ArrayBuffer>, path: string): string {
  try {
    return decoder.decode(piece, { stream: true });
  } catch {
    throw archiveError(`"${path}" is not text in UTF-8`);
  }
}

async function* decompressed(
  bytes: AsyncIterable<Uint8Array<ArrayBuffer>>,
  path: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let failure: Error | null = null;
  async function* watched() {
    try {
      yield* bytes;
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw failure;
    }
  }
  try {
    yield* throughStream(watched(), new DecompressionStream('gzip'));
  } catch {
    // What the source says is a sentence already; the stream's own error is not.
    throw failure ?? archiveError(`"${path}" is not compressed with gzip, or damaged`);
  }
}

async function* throughStream(
  bytes: AsyncIterable<Uint8Array<ArrayBuffer>>,
  transform: CompressionStream | DecompressionStream,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const source = bytes[Symbol.asyncIterator]();
  const input = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const next = await source.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await source.return?.();
    },
  });
  yield* input.pipeThrough(transform);
}
