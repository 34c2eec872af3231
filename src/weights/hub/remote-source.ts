/** A file that stays on its hub and is read a range at a time: enough for its header, which tells a model's shape. */

import type { ByteSource } from '../byte-source';
import { artefactAddress, artefactName, type Artefact, type HubAddresses } from './artefact';
import { DownloadError } from './download-error';
import { readAnswer } from './hub-answer';

/** Bytes asked for at once: a header of flan-t5 with its vocabulary takes four or five of these. */
const RANGE_BYTES = 256 * 1024;
/** Longest wait for one range. */
const LONGEST_MS = 30_000;
/** Most bytes read of a file: beyond any header, reading on is downloading. */
const MOST_BYTES = 32 * 1024 * 1024;

interface Range {
  readonly bytes: Uint8Array;
  /** Bytes of the whole file; null where the hub does not say. */
  readonly total: number | null;
}

/**
 * Opens a file by asking for its first bytes.
 *
 * @throws DownloadError when there is no such file for this page, or the hub does not say how long it is
 */
export async function openRemote(artefact: Artefact, hubs: HubAddresses): Promise<ByteSource> {
  const address = artefactAddress(artefact, hubs);
  if (address === null) throw new DownloadError(artefact, 'not-kept');
  const first = await readRange(artefact, address, 0);
  if (first.total === null) throw new DownloadError(artefact, 'unknown-length');
  const byteLength = first.total;
  const ranges = new Map([[0, first.bytes]]);
  const rangeAt = async (start: number): Promise<Uint8Array> => {
    const known = ranges.get(start);
    if (known !== undefined) return known;
    if ((ranges.size + 1) * RANGE_BYTES > MOST_BYTES) {
      throw new DownloadError(artefact, 'too-large', 'its header has no end');
    }
    const { bytes } = await readRange(artefact, address, start);
    ranges.set(start, bytes);
    return bytes;
  };
  return {
    name: artefactName(artefact),
    byteLength,
    async read(offset, length) {
      const end = Math.min(byteLength, offset + length);
      const read = new Uint8Array(Math.max(0, end - offset));
      let at = offset;
      while (at < end) {
        const start = at - (at % RANGE_BYTES);
        const part = (await rangeAt(start)).subarray(at - start, end - start);
        // A file that is shorter than it was: the reader says so.
        if (part.length === 0) return read.slice(0, at - offset);
        read.set(part, at - offset);
        at += part.length;
      }
      return read;
    },
  };
}

/** One range, cut out of the whole file where the server ignores ranges. */
async function readRange(artefact: Artefact, address: string, start: number): Promise<Range> {
  const signal = AbortSignal.timeout(LONGEST_MS);
  try {
    const answer = await readAnswer(address, start, artefact, signal, start + RANGE_BYTES - 1);
    if (answer.kind === 'busy') throw answer.error;
    if (answer.kind === 'no-more') return { bytes: new Uint8Array(0), total: answer.total };
    const { body, total } = answer;
    if (answer.start > start) {
      await body.cancel();
      throw new DownloadError(artefact, 'server-error', 'the middle of the file came');
    }
    return { bytes: await readStretch(body, start - answer.start), total };
  } catch (cause) {
    if (cause instanceof DownloadError) throw cause;
    const late = signal.aborted ? `nothing came for ${LONGEST_MS / 1000} s` : 'it broke off';
    throw new DownloadError(artefact, 'unreachable', late, { cause });
  }
}

/** At most one range's bytes of a body, after some that are skipped; the rest is not waited for. */
async function readStretch(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  skipped: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(RANGE_BYTES);
  let skip = skipped;
  let length = 0;
  const reader = body.getReader();
  try {
    while (length < RANGE_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      const part = value.subarray(skip, skip + RANGE_BYTES - length);
      skip = Math.max(0, skip - value.length);
      bytes.set(part, length);
      length += part.length;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
  return bytes.subarray(0, length);
}
