/** Reads what a hub answers to a request for a file: its body from some byte on, or why there is none. */

import * as v from 'valibot';
import type { Artefact } from './artefact';
import { DownloadError } from './download-error';

export type HubAnswer =
  | {
      readonly kind: 'body';
      readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
      /** First byte of the file that the body holds: the one asked for, or 0 where ranges are ignored. */
      readonly start: number;
      /** Bytes of the whole file, or of its transfer where that is compressed; null where the server does not say. */
      readonly total: number | null;
      /** The server's name for this content, such as its hash; null where it gives none. */
      readonly tag: string | null;
    }
  /** The file ends at or before the byte asked for. */
  | { readonly kind: 'no-more'; readonly total: number | null }
  | {
      readonly kind: 'busy';
      readonly error: DownloadError;
      readonly waitMs: number | null;
    };

const wholeNumber = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));

/**
 * Asks for a file from byte `offset` on, to its end or to byte `last`. No other header than `Range`, so that no
 * preflight is needed. A server may ignore the range and send the whole.
 *
 * @throws DownloadError when there is no such file for this page
 * @throws AbortError when the signal was aborted
 */
export async function readAnswer(
  address: string,
  offset: number,
  artefact: Artefact,
  signal: AbortSignal,
  last: number | null = null,
): Promise<HubAnswer> {
  const response = await request(address, rangeHeader(offset, last), artefact, signal);
  const { status, headers, body } = response;
  if (status === 416) {
    await body?.cancel();
    const size = /^bytes \*\/(\d{1,15})$/.exec(headers.get('content-range') ?? '')?.[1];
    return { kind: 'no-more', total: size === undefined ? null : Number(size) };
  }
  if (status === 200 || status === 206) {
    if (headers.get('content-type')?.startsWith('text/html') === true || body === null) {
      await body?.cancel();
      throw new DownloadError(artefact, 'web-page');
    }
    const range = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(
      headers.get('content-range') ?? '',
    );
    const start = status === 200 ? 0 : Number(range?.[1] ?? offset);
    return {
      kind: 'body',
      body,
      start,
      total: totalBytes(headers, start, range?.[2]),
      tag: tagOf(headers),
    };
  }
  await body?.cancel();
  if (status === 404 || status === 410) throw new DownloadError(artefact, 'not-found');
  if (status === 401 || status === 403) throw new DownloadError(artefact, 'forbidden');
  if (status === 429) {
    const error = new DownloadError(artefact, 'too-many-requests');
    return { kind: 'busy', error, waitMs: retryAfterMs(headers.get('retry-after')) };
  }
  const error = new DownloadError(artefact, 'server-error', `status ${status}`);
  return { kind: 'busy', error, waitMs: retryAfterMs(headers.get('retry-after')) };
}

/** Some networks put their own page in the place of a file without saying so in its type. */
export function looksLikeWebPage(beginning: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(beginning.subarray(0, 256)).trimStart();
  return /^<(?:!doctype|html|head|body|script|\?xml)/i.test(text);
}

function rangeHeader(offset: number, last: number | null): Record<string, string> {
  return offset === 0 && last === null ? {} : { Range: `bytes=${offset}-${last ?? ''}` };
}

async function request(
  address: string,
  headers: Record<string, string>,
  artefact: Artefact,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(address, {
      signal,
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      headers,
    });
  } catch (cause) {
    signal.throwIfAborted();
    const fault = (await answersAtAll(address)) ? 'refused-by-policy' : 'unreachable';
    throw new DownloadError(artefact, fault, '', { cause });
  }
}

/** A request whose answer nobody may read succeeds where only the permission to read it was missing. */
async function answersAtAll(address: string): Promise<boolean> {
  try {
    await fetch(address, {
      method: 'HEAD',
      mode: 'no-cors',
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(10_000),
    });
    return true;
  } catch {
    return false;
  }
}

/** Headers that this page may not read are null, as if they were not there. */
function totalBytes(headers: Headers, start: number, ofRange: string | undefined): number | null {
  const range = v.safeParse(wholeNumber, ofRange);
  if (range.success) return range.output;
  const length = v.safeParse(wholeNumber, headers.get('content-length'));
  return length.success ? start + length.output : null;
}

/** A weak tag promises only that two files mean the same, not that they are the same bytes. */
function tagOf(headers: Headers): string | null {
  const tag = headers.get('etag');
  return tag === null || tag.startsWith('W/') || tag.length > 200 ? null : tag;
}

/** Seconds, or a date. */
function retryAfterMs(header: string | null): number | null {
  if (header === null) return null;
  const seconds = v.safeParse(wholeNumber, header);
  if (seconds.success) return 1000 * seconds.output;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}
