/** A small static file server for the built page: one folder, one address of this machine, any sub-path. */

import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.gguf': 'application/octet-stream',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.zip': 'application/zip',
};

export interface StaticServerOptions {
  readonly folder: string;
  /** First port to try; the next ones follow while they are taken. 0 lets the system choose. */
  readonly port?: number;
  /** Where the folder appears, such as `/demos/winnow/`; the root otherwise. */
  readonly subPath?: string;
  /** Sent with every file besides the usual ones, such as the policy of a strict host. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface StaticServer {
  /** Address of the folder, with a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/** How many ports are tried before giving up: enough for a few forgotten servers. */
const PORT_TRIES = 20;

/**
 * Serves a folder on 127.0.0.1.
 *
 * @throws Error when the folder holds no `index.html`, or no port is free.
 */
export async function startStaticServer(options: StaticServerOptions): Promise<StaticServer> {
  const folder = await realpath(resolve(options.folder)).catch(() => null);
  if (folder === null || (await fileIn(folder, 'index.html')) === null) {
    throw new Error(
      `Expected a built page in ${options.folder}, found no index.html there; run "npm run build" first.`,
    );
  }
  const base = normalisedBase(options.subPath ?? '/');
  const server = createServer((request, response) => {
    answer(folder, base, options.headers ?? {}, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${String(port)}${base}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function normalisedBase(subPath: string): string {
  const trimmed = subPath.replaceAll(/^\/+|\/+$/g, '');
  return trimmed === '' ? '/' : `/${trimmed}/`;
}

async function listen(server: Server, first: number): Promise<number> {
  for (let port = first; port < first + PORT_TRIES; port++) {
    const failure = await new Promise<NodeJS.ErrnoException | null>((done) => {
      const onError = (error: NodeJS.ErrnoException) => done(error);
      server.once('error', onError);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', onError);
        done(null);
      });
    });
    const address = server.address();
    if (failure === null && address !== null && typeof address === 'object') return address.port;
    if (failure !== null && failure.code !== 'EADDRINUSE' && failure.code !== 'EACCES')
      throw failure;
  }
  throw new Error(
    `Expected a free port among ${String(first)} to ${String(first + PORT_TRIES - 1)} of 127.0.0.1, found none; name another with --port.`,
  );
}

async function answer(
  folder: string,
  base: string,
  headers: Readonly<Record<string, string>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    return;
  }
  const path = decodedPath(request.url ?? '/');
  if (path !== null && `${path}/` === base) {
    // Relative addresses in the page need the slash.
    response.writeHead(301, { Location: base }).end();
    return;
  }
  const inside = path !== null && path.startsWith(base) ? path.slice(base.length) : null;
  const file = inside === null ? null : await fileIn(folder, inside === '' ? 'index.html' : inside);
  if (file === null) {
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('Not found\n');
    return;
  }
  response.writeHead(200, {
    ...headers,
    'Content-Type': MEDIA_TYPES[extname(file.path).toLowerCase()] ?? 'application/octet-stream',
    'Content-Length': file.bytes,
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  createReadStream(file.path)
    .on('error', () => response.destroy())
    .pipe(response);
}

/** The path of a request without its query, decoded; null when it cannot be one of ours. */
function decodedPath(url: string): string | null {
  try {
    const path = decodeURIComponent(url.split(/[?#]/, 1)[0] ?? '/');
    return path.includes('\0') || path.includes('\\') ? null : path;
  } catch {
    return null;
  }
}

/** A regular file below the folder, or null; links that lead out of the folder are not followed. */
async function fileIn(
  folder: string,
  relative: string,
): Promise<{ path: string; bytes: number } | null> {
  try {
    const path = await realpath(join(folder, relative));
    if (!path.startsWith(folder + sep)) return null;
    const found = await stat(path);
    return found.isFile() ? { path, bytes: found.size } : null;
  } catch {
    return null;
  }
}
