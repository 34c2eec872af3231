/** The static server: what it serves, with which types, and what it must never serve. */

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { portNumber } from '../../../scripts/ports';
import { startStaticServer, type StaticServer } from '../../../scripts/static-server';

let folder: string;
let server: StaticServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-server-'));
  await mkdir(join(folder, 'dist', 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'dist', 'index.html'), '<!doctype html>page');
  await writeFile(join(folder, 'dist', 'assets', 'a.wasm'), new Uint8Array([0, 97, 115, 109]));
  await symlink(join(folder, 'secret.txt'), join(folder, 'dist', 'link.txt'));
  server = await startStaticServer({ folder: join(folder, 'dist'), subPath: 'deep/down' });
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** `fetch` normalises `..` away; a raw request does not. */
function rawStatus(path: string): Promise<number> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe('startStaticServer', () => {
  it('serves the folder below its sub-path, with media types', async () => {
    expect(new URL(server.url).pathname).toBe('/deep/down/');
    const page = await fetch(server.url);
    expect(await page.text()).toBe('<!doctype html>page');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const wasm = await fetch(`${server.url}assets/a.wasm?version=1`);
    expect(wasm.headers.get('content-type')).toBe('application/wasm');
    expect(wasm.headers.get('content-length')).toBe('4');
  });

  it('redirects the sub-path without its slash and refuses what is outside of it', async () => {
    const redirect = await fetch(server.url.replace(/\/$/, ''), { redirect: 'manual' });
    expect(redirect.status).toBe(301);
    expect(redirect.headers.get('location')).toBe('/deep/down/');
    expect(await rawStatus('/index.html')).toBe(404);
  });

  it.each([
    '/deep/down/../../secret.txt',
    '/deep/down/../secret.txt',
    '/deep/down/%2e%2e/secret.txt',
    '/deep/down/..%2fsecret.txt',
    '/deep/down/assets/..%5c..%5csecret.txt',
    '/deep/down/link.txt',
    '/deep/down/assets',
    '/deep/down/%00',
    '/deep/down/%zz',
  ])('answers 404 to %s', async (path) => {
    expect(await rawStatus(path)).toBe(404);
  });

  it('answers HEAD without a body and refuses to write', async () => {
    const head = await fetch(server.url, { method: 'HEAD' });
    expect(await head.text()).toBe('');
    expect(head.headers.get('content-length')).toBe('19');
    expect((await fetch(server.url, { method: 'POST' })).status).toBe(405);
  });

  it('takes the next port when the first is taken', async () => {
    const taken = Number(new URL(server.url).port);
    const second = await startStaticServer({ folder: join(folder, 'dist'), port: taken });
    expect(Number(new URL(second.url).port)).toBeGreaterThan(taken);
    await second.close();
  });

  it('says what to do when nothing is built', async () => {
    await expect(startStaticServer({ folder: join(folder, 'nowhere') })).rejects.toThrow(
      /npm run build/,
    );
  });
});

describe('portNumber', () => {
  it('reads ports and refuses the rest', () => {
    expect(portNumber(undefined, 7)).toBe(7);
    expect(portNumber('8080', 7)).toBe(8080);
    expect(() => portNumber('65536', 7)).toThrow(/--port/);
    expect(() => portNumber('80a', 7)).toThrow(/--port/);
  });
});
