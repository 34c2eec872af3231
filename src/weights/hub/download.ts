/** Downloads an artefact in one stream, piece by piece into a storage, and goes on where it was cut off. */

import { releaseBytes } from '../release-bytes';
import { artefactAddress, artefactKey, type Artefact, type HubAddresses } from './artefact';
import type { ArtefactStorage, StoredArtefact } from './artefact-storage';
import { DownloadError } from './download-error';
import { readAnswer, type HubAnswer } from './hub-answer';
import { PieceWriter } from './piece-writer';
import { Speed, type DownloadProgress } from './speed';

/** Largest file read: twice flan-t5-large in 32 bit; a longer one is a mistake or an attack. */
const MAXIMUM_BYTES = 6_500_000_000;
/** Cut connections in a row without a single new byte, after which it is given up. */
const MOST_FRUITLESS_ATTEMPTS = 4;
/** Times that the file may change on the hub while it is downloaded. */
const MOST_CHANGES = 3;
/** Longest wait that a hub may ask for before it is better to tell the visitor, in ms. */
const LONGEST_WAIT_MS = 60_000;
/** First pause before trying again; it doubles, in ms. */
const FIRST_PAUSE_MS = 250;

export interface DownloadOptions {
  readonly hubs: HubAddresses;
  readonly storage: ArtefactStorage;
  /** Aborting it pauses the download: what came so far is kept. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: DownloadProgress) => void;
  /** Told in one sentence when something unusual was dealt with. */
  readonly onNotice: (sentence: string) => void;
}

/**
 * Downloads what is missing of an artefact and checks the whole.
 *
 * @throws DownloadError when it cannot be had, or is not what it should be: then nothing of it is kept
 * @throws AbortError when the signal was aborted
 */
export async function downloadArtefact(
  artefact: Artefact,
  options: DownloadOptions,
): Promise<StoredArtefact> {
  const { signal } = options;
  let writer = await openWriter(artefact, options);
  /** Most bytes ever stored of the present content, which a download that began again has to pass. */
  let most = writer.bytes;
  let fruitless = 0;
  let changes = 0;
  for (;;) {
    signal.throwIfAborted();
    // Nothing is asked for where the listed size is there: the hash decides.
    const outcome: Outcome =
      writer.bytes > 0 && writer.bytes === artefact.bytes
        ? { kind: 'done' }
        : await attempt(artefact, writer, options);
    if (outcome.kind === 'done') return finish(artefact, writer.hash(), options);
    if (outcome.kind === 'changed') {
      changes += 1;
      if (changes > MOST_CHANGES) throw new DownloadError(artefact, 'unsteady');
      writer = await openWriter(artefact, options);
      most = 0;
      continue;
    }
    fruitless = writer.bytes > most ? 0 : fruitless + 1;
    most = Math.max(most, writer.bytes);
    if (fruitless >= MOST_FRUITLESS_ATTEMPTS) throw outcome.error;
    if (outcome.kind === 'cut')
      await pause(outcome.waitMs ?? FIRST_PAUSE_MS * 2 ** fruitless, signal);
    else writer = await openWriter(artefact, options);
  }
}

type Outcome =
  | { readonly kind: 'done' }
  /** What was stored is of another content and was deleted. */
  | { readonly kind: 'changed' }
  /** Nothing tells whether what was stored belongs to what the hub has now; it was deleted. */
  | { readonly kind: 'unknown'; readonly error: DownloadError }
  | {
      readonly kind: 'cut';
      readonly error: DownloadError;
      /** How long the hub asks to wait; null where it says nothing. */
      readonly waitMs: number | null;
    };

/** A writer that goes on after what is stored, or begins anew where that is damaged. */
async function openWriter(
  artefact: Artefact,
  { storage, onNotice }: DownloadOptions,
): Promise<PieceWriter> {
  const key = artefactKey(artefact);
  const stored = await storage.find(key);
  const writer = await PieceWriter.open(artefact, storage, stored?.bytes ?? 0);
  if (writer !== null) return writer;
  onNotice('What was stored of the download is damaged; it begins again.');
  await storage.delete(key);
  return new PieceWriter(artefact, storage);
}

/** One request, read to its end or to where it breaks off. */
async function attempt(
  artefact: Artefact,
  writer: PieceWriter,
  options: DownloadOptions,
): Promise<Outcome> {
  const { hubs, storage, signal, onNotice } = options;
  const offset = writer.bytes;
  const key = artefactKey(artefact);
  const before = offset === 0 ? null : await storage.find(key);
  let answer: HubAnswer;
  try {
    const address = artefactAddress(artefact, hubs);
    if (address === null) throw new DownloadError(artefact, 'not-kept');
    answer = await readAnswer(address, offset, artefact, signal);
  } catch (error) {
    if (error instanceof DownloadError && error.fault === 'unreachable') {
      return { kind: 'cut', error, waitMs: null };
    }
    throw error;
  }
  if (answer.kind === 'busy') {
    if ((answer.waitMs ?? 0) > LONGEST_WAIT_MS) throw answer.error;
    return { kind: 'cut', error: answer.error, waitMs: answer.waitMs };
  }
  const changed = async (): Promise<Outcome> => {
    onNotice('The file changed on the hub since the download began; it begins again.');
    await storage.delete(key);
    return { kind: 'changed' };
  };
  if (answer.kind === 'no-more') {
    return offset === (answer.total ?? before?.total) ? { kind: 'done' } : changed();
  }
  const { body, tag, total, start } = answer;
  if ((total ?? 0) > MAXIMUM_BYTES) {
    await body.cancel();
    throw new DownloadError(artefact, 'too-large', `${String(total)} bytes`);
  }
  if (start > offset) {
    await body.cancel();
    const error = new DownloadError(artefact, 'server-error', `the middle of the file came`);
    return { kind: 'cut', error, waitMs: null };
  }
  if (before !== null) {
    const same = sameContent(before, tag, total);
    if (same !== 'yes') await body.cancel();
    if (same === 'no') return changed();
    if (same === 'unknown') {
      await storage.delete(key);
      return { kind: 'unknown', error: new DownloadError(artefact, 'truncated') };
    }
  } else await storage.begin(artefact, total, tag);
  // A server that ignores the range sends what is stored once more: it is skipped.
  const end = await readBody(body, offset - start, writer, total, artefact, options);
  await writer.flush();
  signal.throwIfAborted();
  // Only its end tells that a compressed transfer is over: its length is not that of the file.
  const short = writer.bytes < (total ?? 0);
  if (end === 'reached' && !short) return { kind: 'done' };
  const found = `${writer.bytes} of ${String(artefact.bytes ?? total ?? 'unknown')} bytes`;
  return { kind: 'cut', error: new DownloadError(artefact, 'truncated', found), waitMs: null };
}

/** Writes what comes, without its first `skip` bytes, and says whether the server ended it or it broke off. */
async function readBody(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  skip: number,
  writer: PieceWriter,
  total: number | null,
  artefact: Artefact,
  { storage, signal, onProgress }: DownloadOptions,
): Promise<'reached' | 'broken-off'> {
  const speed = new Speed(writer.bytes);
  const reader = body.getReader();
  const abort = () => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', abort);
  let left = skip;
  try {
    for (;;) {
      // A connection that breaks off rejects; what came before it is kept.
      const part = await reader.read().catch(() => null);
      if (part === null) return 'broken-off';
      if (part.done) return 'reached';
      const skipped = Math.min(left, part.value.byteLength);
      left -= skipped;
      await writer.write(part.value.subarray(skipped));
      // Copied by now; a gigabyte of these would wait for the garbage collector.
      releaseBytes(part.value);
      if (writer.bytes > MAXIMUM_BYTES) throw new DownloadError(artefact, 'too-large');
      onProgress(speed.progress(writer.bytes, artefact.bytes ?? total));
    }
  } catch (error) {
    if (error instanceof DownloadError) await storage.delete(artefactKey(artefact));
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    abort();
  }
}

/** Is what the server offers now the file whose beginning is stored? */
function sameContent(
  before: StoredArtefact,
  tag: string | null,
  total: number | null,
): 'yes' | 'no' | 'unknown' {
  // A listed hash is checked in the end, whatever the server calls its content.
  if (before.artefact.sha256 !== null) return 'yes';
  if (before.tag !== null && tag !== null) return before.tag === tag ? 'yes' : 'no';
  if (before.total !== null && total !== null && before.tag === tag) {
    return before.total === total ? 'yes' : 'no';
  }
  return 'unknown';
}

async function finish(
  artefact: Artefact,
  hash: string,
  { storage }: DownloadOptions,
): Promise<StoredArtefact> {
  const key = artefactKey(artefact);
  const stored = await storage.find(key);
  const fail = async (error: DownloadError): Promise<never> => {
    await storage.delete(key);
    throw error;
  };
  if (stored === null) return fail(new DownloadError(artefact, 'truncated'));
  if (artefact.bytes !== null && stored.bytes !== artefact.bytes) {
    return fail(
      new DownloadError(
        artefact,
        'wrong-size',
        `${artefact.bytes} bytes are listed, ${stored.bytes} came`,
      ),
    );
  }
  if (artefact.sha256 !== null && artefact.sha256 !== hash) {
    return fail(new DownloadError(artefact, 'wrong-hash', `${hash} was found`));
  }
  const pinned = artefact.listed ? 'pinned' : 'unverified';
  await storage.complete(key, hash, artefact.sha256 === null ? pinned : 'verified');
  const complete = await storage.find(key);
  return complete ?? fail(new DownloadError(artefact, 'truncated'));
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
