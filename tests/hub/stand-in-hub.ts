/** A stand-in for a model hub: answers as the real ones do, across origins, and breaks as networks do when asked to. */

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer());

/** How the hub misbehaves for one file. */
const faultSchema = v.strictObject({
  /** Breaks the connection after so many bytes of each answer. */
  cutAfter: v.exactOptional(count),
  /** Sends the whole file whatever range is asked for. */
  ignoresRange: v.exactOptional(v.boolean()),
  /** Answers with this status. */
  status: v.exactOptional(count),
  retryAfter: v.exactOptional(v.string()),
  /** Sends no permission for other origins. */
  withoutCors: v.exactOptional(v.boolean()),
  /** Answers with a sign-in page, with the type of one or of a file. */
  webPage: v.exactOptional(v.picklist(['honest', 'disguised'])),
  /** Ends so many bytes early, as if the file had no more. */
  shortBy: v.exactOptional(count),
  withoutLength: v.exactOptional(v.boolean()),
  /** Gives the content no name. */
  withoutTag: v.exactOptional(v.boolean()),
  /** Gives the content another name with each answer. */
  newTagEachTime: v.exactOptional(v.boolean()),
  /** Compresses whole files on the way, as hubs do with text; the length is then that of the transfer. */
  compresses: v.exactOptional(v.boolean()),
  /** Sends at most so many bytes of a range. */
  rangeLimit: v.exactOptional(count),
  /** Answers with the range from this byte on, whatever was asked for. */
  startsAt: v.exactOptional(count),
  /** Waits so many ms between parts of 32 kB. */
  pauseMs: v.exactOptional(count),
  /** The fault happens to the first so many answers; to all when absent. */
  times: v.exactOptional(count),
});
export type Fault = v.InferOutput<typeof faultSchema>;

interface HubFile {
  readonly bytes: () => Uint8Array;
  fault: Fault;
  faultsLeft: number;
  /** The `Range` header of each request, or null. */
  readonly requests: (string | null)[];
}

export interface StandInHub {
  /** Both hubs at once: `/owner/name/resolve/revision/path` and `/owner/name/revision/path`. */
  readonly url: string;
  /** Keeps a file at a path, made when it is first asked for. */
  keep(path: string, make: () => Uint8Array): void;
  close(): Promise<void>;
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'ETag, Content-Range, Accept-Ranges, Retry-After',
};

const PAGE = '<!DOCTYPE html><html><body>Please sign in to this network.</body></html>';

/**
 * Starts a hub on two ports, of which the first redirects to the second, as hubs keep large files on
 * other hosts. Tests store files with `PUT /path` and set faults with `PUT /path?fault={...}`;
 * `GET /path?requests` tells how often it was asked for.
 */
export async function startStandInHub(): Promise<StandInHub> {
  const files = new Map<string, HubFile>();
  const storage = createServer((request, response) => {
    answer(files, request, response);
  });
  const storageUrl = await listen(storage);
  const front = createServer((request, response) => {
    const address = new URL(request.url ?? '/', storageUrl);
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { ...CORS, 'access-control-allow-methods': '*' }).end();
    } else if (request.method === 'PUT') {
      void receive(files, address, request, response);
    } else if (address.searchParams.has('requests')) {
      const { requests = [] } = files.get(address.pathname) ?? {};
      response.writeHead(200, { ...CORS, 'content-type': 'application/json' });
      response.end(JSON.stringify(requests));
    } else {
      const cors = files.get(address.pathname)?.fault.withoutCors === true ? {} : CORS;
      response.writeHead(302, { ...cors, location: `${storageUrl}${address.pathname}` }).end();
    }
  });
  const url = await listen(front);
  return {
    url,
    keep(path, make) {
      let made: Uint8Array | null = null;
      const bytes = () => (made ??= make());
      files.set(path, { bytes, fault: {}, faultsLeft: 0, requests: [] });
    },
    close: async () => {
      await Promise.all([close(front), close(storage)]);
    },
  };
}

async function receive(
  files: Map<string, HubFile>,
  address: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const parts: Uint8Array[] = [];
  for await (const part of request) {
    if (part instanceof Uint8Array) parts.push(part);
  }
  const body = Buffer.concat(parts);
  const known = files.get(address.pathname);
  const text = address.searchParams.get('fault');
  const fault = v.parse(faultSchema, JSON.parse(text ?? '{}'));
  files.set(address.pathname, {
    bytes: body.byteLength === 0 && known !== undefined ? known.bytes : () => body,
    fault,
    faultsLeft: fault.times ?? Infinity,
    requests: known?.requests ?? [],
  });
  response.writeHead(204, CORS).end();
}

function answer(
  files: ReadonlyMap<string, HubFile>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const file = files.get(new URL(request.url ?? '/', 'http://hub').pathname);
  if (file === undefined) {
    response.writeHead(404, CORS).end('Entry not found');
    return;
  }
  const { range } = request.headers;
  if (request.method === 'GET') file.requests.push(range ?? null);
  const fault = file.faultsLeft > 0 ? file.fault : {};
  file.faultsLeft -= 1;
  const cors = fault.withoutCors === true ? {} : CORS;
  if (fault.status !== undefined) {
    const wait = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
    response.writeHead(fault.status, { ...cors, ...wait }).end();
    return;
  }
  if (fault.webPage !== undefined) {
    const type = fault.webPage === 'honest' ? 'text/html' : 'application/octet-stream';
    response.writeHead(200, { ...cors, 'content-type': type }).end(PAGE);
    return;
  }
  sendFile(file.bytes(), fault, range, cors, response);
}

function sendFile(
  whole: Uint8Array,
  fault: Fault,
  range: string | undefined,
  cors: Readonly<Record<string, string>>,
  response: ServerResponse,
): void {
  const size = whole.byteLength;
  const [, first = 0, last = ''] =
    (fault.ignoresRange === true ? null : /^bytes=(\d+)-(\d*)$/.exec(range ?? '')) ?? [];
  const start = fault.startsAt ?? Number(first);
  const isRange = start > 0 || last !== '';
  if (isRange && start >= size) {
    response.writeHead(416, { ...cors, 'content-range': `bytes */${size}` }).end();
    return;
  }
  const compresses = fault.compresses === true && !isRange;
  const limit = isRange ? (fault.rangeLimit ?? size) : size;
  const end = Math.min(start + limit, size - (fault.shortBy ?? 0));
  const part = whole.subarray(start, last === '' ? end : Math.min(end, Number(last) + 1));
  const body = compresses ? gzipSync(part) : part;
  const tag = createHash('sha256').update(whole).digest('hex');
  const name = fault.newTagEachTime === true ? `${tag}-${Math.random()}` : tag;
  response.writeHead(isRange ? 206 : 200, {
    ...cors,
    'content-type': 'application/octet-stream',
    ...(fault.withoutTag === true ? {} : { etag: compresses ? `W/"${name}"` : `"${name}"` }),
    ...(fault.withoutLength === true ? {} : { 'content-length': String(body.byteLength) }),
    ...(compresses ? { 'content-encoding': 'gzip' } : {}),
    ...(isRange
      ? { 'content-range': `bytes ${start}-${start + part.byteLength - 1}/${size}` }
      : {}),
  });
  void send(body, fault, response);
}

/** Bytes of a part, of which slow answers send one at a time. */
const PART_BYTES = 32 * 1024;

async function send(body: Uint8Array, fault: Fault, response: ServerResponse): Promise<void> {
  const { cutAfter, pauseMs } = fault;
  response.flushHeaders();
  const sent = body.subarray(0, cutAfter ?? body.byteLength);
  const step = pauseMs === undefined ? Math.max(1, sent.byteLength) : PART_BYTES;
  for (let offset = 0; offset < sent.byteLength; offset += step) {
    response.write(sent.subarray(offset, offset + step));
    if (pauseMs !== undefined) await wait(pauseMs);
  }
  if (sent.byteLength === body.byteLength) {
    response.end();
    return;
  }
  // What was written has to leave before the connection is torn down.
  await wait(20);
  response.destroy();
}

async function wait(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('Expected the stand-in hub to listen on a port.');
  }
  return `http://127.0.0.1:${address.port}`;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
}
