/** Downloads an artefact in one stream, piece by piece into a storage, and goes on where it was cut off. */

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { artefactAddress, artefactKey, type Artefact, type HubAddresses } from './artefact';
import type { ArtefactStorage, StoredArtefact } from './artefact-storage';
import { DownloadError } from './download-error';
import { looksLikeWebPage, readAnswer, type HubAnswer } from './hub-answer';

/** Largest file read: twice flan-t5-large in 32 bit; a longer one is a mistake or an attack. */
const MAXIMUM_BYTES = 6_500_000_000;
/** Cut connections in a row without a single new byte, after which it is given up. */
const MOST_FRUITLESS_ATTEMPTS = 4;
/** Longest wait that a hub may ask for before it is better to tell the visitor, in ms. */
const LONGEST_WAIT_MS = 60_000;
/** First pause before trying again; it doubles, in ms. */
const FIRST_PAUSE_MS = 250;
/** The speed shown is that of the last so many ms. */
const SPEED_WINDOW_MS = 5_000;

export interface DownloadProgress {
  readonly bytes: number;
  readonly total: number | null;
  /** Bytes a second over the last seconds; null at the beginning. */
  readonly speed: number | null;
  readonly remainingMs: number | null;
}

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
  let fruitless = 0;
  for (;;) {
    signal.throwIfAborted();
    const before = writer.bytes;
    const outcome = await attempt(artefact, writer, options);
    if (outcome.kind === 'done') return finish(artefact, writer.hash(), options);
    if (outcome.kind === 'changed') writer = await openWriter(artefact, options);
    fruitless = writer.bytes > before ? 0 : fruitless + 1;
    if (outcome.kind === 'changed') continue;
    if (fruitless >= MOST_FRUITLESS_ATTEMPTS) throw outcome.error;
    await pause(outcome.waitMs ?? FIRST_PAUSE_MS * 2 ** fruitless, signal);
  }
}

type Outcome =
  | { readonly kind: 'done' }
  /** What was stored is of another content and was deleted. */
  | { readonly kind: 'changed' }
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
  { hubs, storage, signal, onProgress, onNotice }: DownloadOptions,
): Promise<Outcome> {
  const offset = writer.bytes;
  const key = artefactKey(artefact);
  const before = offset === 0 ? null : await storage.find(key);
  let answer: HubAnswer;
  try {
    answer = await readAnswer(artefactAddress(artefact, hubs), offset, artefact, signal);
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
  const { body, tag, total, start } = answer;
  if ((total ?? 0) > MAXIMUM_BYTES) {
    throw new DownloadError(artefact, 'too-large', `${String(total)} bytes`);
  }
  const same = before !== null && isSameContent(before, tag, total);
  if (before !== null && (!same || start > offset)) {
    onNotice('The file changed on the hub since the download began; it begins again.');
    await body.cancel();
    await storage.delete(key);
    return { kind: 'changed' };
  }
  if (before === null) await storage.begin(artefact, total, tag);
  const speed = new Speed(offset);
  // A server that ignores the range sends what is stored once more: it is skipped.
  let skip = offset - start;
  const reader = body.getReader();
  const abort = () => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', abort);
  try {
    for (;;) {
      // A connection that breaks off rejects; what came before it is kept.
      const part = await reader.read().catch(() => null);
      if (part === null || part.done) break;
      const skipped = Math.min(skip, part.value.byteLength);
      skip -= skipped;
      await writer.write(part.value.subarray(skipped));
      if (writer.bytes > MAXIMUM_BYTES) throw new DownloadError(artefact, 'too-large');
      onProgress(speed.progress(writer.bytes, artefact.bytes ?? total));
    }
  } catch (error) {
    if (error instanceof DownloadError) await storage.delete(key);
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    abort();
  }
  await writer.flush();
  signal.throwIfAborted();
  if (total !== null && writer.bytes < total) {
    return {
      kind: 'cut',
      error: new DownloadError(artefact, 'truncated', `${writer.bytes} of ${total} bytes`),
      waitMs: null,
    };
  }
  return { kind: 'done' };
}

/** Is what the server offers now the file whose beginning is stored? */
function isSameContent(before: StoredArtefact, tag: string | null, total: number | null): boolean {
  if (before.tag !== null && tag !== null) return before.tag === tag;
  return before.total !== null && before.total === total;
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

/** Cuts a stream into pieces of one size, hashing on the way. */
class PieceWriter {
  readonly #artefact: Artefact;
  readonly #storage: ArtefactStorage;
  readonly #hash = sha256.create();
  /** The piece that is being filled; what does not fit waits in the next one. */
  readonly #piece: Uint8Array<ArrayBuffer>;
  #filled = 0;
  #pieces = 0;

  constructor(artefact: Artefact, storage: ArtefactStorage) {
    this.#artefact = artefact;
    this.#storage = storage;
    this.#piece = new Uint8Array(storage.pieceBytes);
  }

  /** Goes on after `stored` bytes, which are read once more for the hash; null where they are not all there. */
  static async open(
    artefact: Artefact,
    storage: ArtefactStorage,
    stored: number,
  ): Promise<PieceWriter | null> {
    const writer = new PieceWriter(artefact, storage);
    while (writer.bytes < stored) {
      const piece = await storage.readPiece(artefactKey(artefact), writer.#pieces);
      const expected = Math.min(storage.pieceBytes, stored - writer.bytes);
      if (piece?.byteLength !== expected) return null;
      writer.#hash.update(new Uint8Array(piece));
      if (expected === storage.pieceBytes) writer.#pieces += 1;
      else {
        writer.#piece.set(new Uint8Array(piece));
        writer.#filled = expected;
      }
    }
    return writer;
  }

  get bytes(): number {
    return this.#pieces * this.#piece.byteLength + this.#filled;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.bytes === 0 && looksLikeWebPage(bytes)) {
      throw new DownloadError(this.#artefact, 'web-page');
    }
    this.#hash.update(bytes);
    let rest = bytes;
    while (rest.byteLength > 0) {
      const taken = rest.subarray(0, this.#piece.byteLength - this.#filled);
      this.#piece.set(taken, this.#filled);
      this.#filled += taken.byteLength;
      rest = rest.subarray(taken.byteLength);
      if (this.#filled < this.#piece.byteLength) break;
      await this.flush();
      this.#pieces += 1;
      this.#filled = 0;
    }
  }

  /** Stores the piece that is not full, so that a pause loses nothing. */
  async flush(): Promise<void> {
    if (this.#filled === 0) return;
    // Storing copies the bytes; a full piece needs no copy of its own before.
    const full = this.#filled === this.#piece.byteLength;
    const bytes = full ? this.#piece.buffer : this.#piece.slice(0, this.#filled).buffer;
    await this.#storage.writePiece(artefactKey(this.#artefact), this.#pieces, bytes);
  }

  hash(): string {
    return bytesToHex(this.#hash.digest());
  }
}

/** Measures the speed over the last seconds. */
class Speed {
  readonly #marks: { readonly at: number; readonly bytes: number }[] = [];

  constructor(bytes: number) {
    this.#marks.push({ at: performance.now(), bytes });
  }

  progress(bytes: number, total: number | null): DownloadProgress {
    const now = performance.now();
    this.#marks.push({ at: now, bytes });
    while (this.#marks.length > 2 && now - (this.#marks[0]?.at ?? now) > SPEED_WINDOW_MS) {
      this.#marks.shift();
    }
    const [first] = this.#marks;
    const elapsed = now - (first?.at ?? now);
    const speed = elapsed < 200 ? null : (1000 * (bytes - (first?.bytes ?? 0))) / elapsed;
    // A compressed transfer announces fewer bytes than the file has.
    const known = total !== null && total >= bytes ? total : null;
    const remainingMs =
      known === null || speed === null || speed === 0 ? null : (1000 * (known - bytes)) / speed;
    return { bytes, total: known, speed, remainingMs };
  }
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
